export default function NotFound() {
  return (
    <main className="plain">
      <h1>There is no such page</h1>
      <p>
        {/* A plain link loads the list anew. */}
        <a href="/">To your todos</a>
      </p>
    </main>
  );
}
