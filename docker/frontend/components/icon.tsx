const PATHS = {
  check: 'm5 12.5 4.5 4.5L19 7',
  chevron: 'm9 6 6 6-6 6',
  close: 'M6 6l12 12M18 6 6 18',
  down: 'M12 5v14m-6-6 6 6 6-6',
  edit: 'M4 20h4L19 9l-4-4L4 16z',
  filter: 'M4 6h16M7 12h10m-7 6h4',
  plus: 'M12 5v14M5 12h14',
  search: 'M11 18a7 7 0 1 1 0-14 7 7 0 0 1 0 14Zm5-2 5 5',
  send: 'M5 12h14m-6-6 6 6-6 6',
  sort: 'M8 5v14m-4-4 4 4 4-4m4 4V5m-4 4 4-4 4 4',
  stop: 'M7 7h10v10H7z',
  trash: 'M4 7h16M9 7V4h6v3m-8 0 1 13h8l1-13m-7 4v5m4-5v5',
} as const;

/** A drawing beside words, or in a button that has a label: nothing to read. */
export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
