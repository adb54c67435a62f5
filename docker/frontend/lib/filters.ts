/** What of the list is shown. It is kept in the page's address, so that a reload shows the same. */
export interface Filters {
  readonly status: 'all' | 'open' | 'done';
  readonly q: string;
  readonly tag: string;
  readonly priority: '' | 'low' | 'normal' | 'high';
  readonly due: '' | 'overdue' | 'today' | 'week' | 'none';
  readonly sort: 'created' | 'due' | 'priority' | 'title';
  readonly order: 'asc' | 'desc';
  readonly page: number;
}

export const NO_FILTERS: Filters = {
  status: 'all',
  q: '',
  tag: '',
  priority: '',
  due: '',
  sort: 'created',
  order: 'desc',
  page: 1,
};

const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  status: ['all', 'open', 'done'],
  priority: ['', 'low', 'normal', 'high'],
  due: ['', 'overdue', 'today', 'week', 'none'],
  sort: ['created', 'due', 'priority', 'title'],
  order: ['asc', 'desc'],
};

/** Reads the query of an address; what makes no sense there is left out. */
export function filtersFromQuery(query: string): Filters {
  const params = new URLSearchParams(query);
  const filters: Record<string, string | number> = { ...NO_FILTERS };
  for (const [name, allowed] of Object.entries(ALLOWED)) {
    const value = params.get(name);
    if (value !== null && allowed.includes(value)) filters[name] = value;
  }
  filters.q = (params.get('q') ?? '').slice(0, 200);
  filters.tag = (params.get('tag') ?? '').slice(0, 30);
  const page = params.get('page') ?? '';
  if (/^[1-9]\d{0,5}$/.test(page)) filters.page = Number(page);
  return filters as unknown as Filters;
}

/** The shortest query that says the filters in an address: '' or `?...`. */
export function queryOf(filters: Filters): string {
  const said = Object.entries(filters).filter(([name, value]) => value !== NO_FILTERS[name as keyof Filters]);
  return said.length === 0 ? '' : `?${new URLSearchParams(said)}`;
}

/** The query for the API. Its defaults may be others than the ones here: what there is to say is said. */
export function apiQueryOf(filters: Filters, pageSize: number): string {
  const said = Object.entries(filters).filter(([, value]) => value !== '');
  return `?${new URLSearchParams([...said, ['page_size', String(pageSize)]])}`;
}

/** How many filters hide something. */
export function countOf({ tag, priority, due }: Filters): number {
  return [tag, priority, due].filter((value) => value !== '').length;
}

/** Whether todos may be hidden. */
export function isFiltered(filters: Filters): boolean {
  return countOf(filters) > 0 || filters.q.trim() !== '' || filters.status !== 'all';
}
