'use client';

import './globals.css';
import ErrorPage from './error.tsx';

export default function GlobalError({ reset }: { reset: () => void }) {
  return (
    <html lang="en">
      <body>
        <ErrorPage reset={reset} />
      </body>
    </html>
  );
}
