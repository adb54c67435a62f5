'use client';

export default function ErrorPage({ reset }: { reset: () => void }) {
  return (
    <main className="plain">
      <h1>Something went wrong</h1>
      <p>It is not your fault. Your todos are safe.</p>
      <button type="button" className="button primary" onClick={reset}>
        Try again
      </button>
    </main>
  );
}
