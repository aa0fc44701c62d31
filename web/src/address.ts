// SPDX-License-Identifier: Apache-2.0
// The address is the state: page, region, year, as-of date, language, theme and the figure being
// explained all live in the URL, so that any view can be linked, printed or reloaded as it is.
// What it is not: a general router. There are four pages and one drawer.
import { reactive, readonly } from 'vue';

export type Page = 'overview' | 'regions' | 'region' | 'factors' | 'unknown';

/** The parts of the context that a link may carry; an absent one means "the usual". */
export const QUERY_KEYS = [
  'entity', // whose figures the overview shows
  'year', // the period looked at
  'asof', // known as of this date
  'indicator', // what the regions are ranked by
  'sort', // column and direction of a table
  'q', // text searched for
  'table', // factor table chosen
  'status', // factor status chosen
  'factor', // factor whose versions are open
  'why', // the figure being explained
  'from', // with what it is compared: a run, a day, or "first" for as first reported
  'rule', // the method being read
  'lang',
  'theme',
] as const;
export type QueryKey = (typeof QUERY_KEYS)[number];
export type Query = Partial<Record<QueryKey, string>>;

export interface Address {
  page: Page;
  /** The code of the region, on the page of one region. */
  region: string;
  query: Query;
}

/** Carried from page to page; the rest belongs to one page alone. */
const KEPT: readonly QueryKey[] = ['asof', 'lang', 'theme'];

export function parseAddress(path: string, search: string): Address {
  const query: Query = {};
  const params = new URLSearchParams(search);
  for (const key of QUERY_KEYS) {
    const value = params.get(key);
    if (value) query[key] = value;
  }
  const [first = '', second = '', ...more] = path.split('/').filter(Boolean);
  if (more.length > 0) return { page: 'unknown', region: '', query };
  if (first === '' || first === 'index.html') return { page: 'overview', region: '', query };
  if (first === 'factors' && !second) return { page: 'factors', region: '', query };
  if (first !== 'regions') return { page: 'unknown', region: '', query };
  return second
    ? { page: 'region', region: decodeURIComponent(second), query }
    : { page: 'regions', region: '', query };
}

export function writeAddress(address: Address): string {
  const path =
    address.page === 'overview' || address.page === 'unknown'
      ? '/'
      : address.page === 'region'
        ? `/regions/${encodeURIComponent(address.region)}`
        : `/${address.page}`;
  const params = new URLSearchParams();
  for (const key of QUERY_KEYS) {
    const value = address.query[key];
    if (value) params.set(key, value);
  }
  const search = params.toString();
  return search ? `${path}?${search}` : path;
}

const state = reactive<Address>({ page: 'overview', region: '', query: {} });

/** The current address; changed only through the functions below. */
export const address = readonly(state);

function assign(next: Address): void {
  state.page = next.page;
  state.region = next.region;
  state.query = next.query;
}

function readLocation(): void {
  assign(parseAddress(window.location.pathname, window.location.search));
}

export function startAddress(): void {
  readLocation();
  window.addEventListener('popstate', readLocation);
}

/** The same page with some of the query changed; undefined removes a key. */
export function hrefWith(change: Query): string {
  return writeAddress({ ...state, query: { ...state.query, ...change } });
}

/** Another page, keeping the context that is shared by all pages. */
export function hrefTo(page: Page, region = '', change: Query = {}): string {
  const query: Query = {};
  for (const key of KEPT) if (state.query[key]) query[key] = state.query[key];
  return writeAddress({ page, region, query: { ...query, ...change } });
}

/** Goes to an address of this application; `replace` leaves no entry in the history. */
export function visit(href: string, replace = false): void {
  const before = writeAddress(state);
  if (replace) window.history.replaceState(null, '', href);
  else window.history.pushState(null, '', href);
  const samePage = new URL(href, window.location.href).pathname === before.split('?')[0];
  readLocation();
  if (!samePage) window.scrollTo(0, 0);
}

export function setQuery(change: Query, replace = false): void {
  visit(hrefWith(change), replace);
}

/** Lets a plain left click on a link stay inside the application; all other clicks are left alone. */
export function follow(event: MouseEvent, href: string): void {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  visit(href);
}
