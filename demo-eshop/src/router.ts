import { createStore } from './store';

export type Route =
  | { page: 'list'; category?: string }
  | { page: 'product'; id: string }
  | { page: 'cart' }
  | { page: 'checkout' }
  | { page: 'review' }
  | { page: 'thanks' }
  | { page: 'lost' };

interface Place {
  path: string;
  route: Route;
  /** Counts navigations, so that going to the same path again is still a visit. */
  visit: number;
}

/** May send a visitor elsewhere, such as from checkout with an empty cart to the cart. */
type Guard = (route: Route) => string | undefined;

let guard: Guard = () => undefined;

export function readRoute(path: string): Route {
  const parts = path.split('/').filter(Boolean);
  const [first, second] = parts;
  if (!first) return { page: 'list' };
  if (first === 'category' && second && parts.length === 2) return { page: 'list', category: second };
  if (first === 'product' && second && parts.length === 2) return { page: 'product', id: second };
  if (first === 'cart' && parts.length === 1) return { page: 'cart' };
  if (first === 'checkout' && parts.length === 1) return { page: 'checkout' };
  if (first === 'checkout' && second === 'review' && parts.length === 2) return { page: 'review' };
  if (first === 'thanks' && parts.length === 1) return { page: 'thanks' };
  return { page: 'lost' };
}

export const place = createStore<Place>({ path: location.pathname, route: readRoute(location.pathname), visit: 0 });

/** Parameters that survive navigation: the shortened wait of the abandonment banner, the open inspector, which device. */
const KEPT = new Set(['idle', 'oncue-inspect', 'device']);

function keptQuery(): string {
  const kept = new URLSearchParams([...new URLSearchParams(location.search)].filter(([name]) => KEPT.has(name)));
  return kept.size > 0 ? `?${kept}` : '';
}

export function linkTo(path: string): string {
  return path + keptQuery();
}

function settle(path: string): void {
  const target = guard(readRoute(path));
  if (target !== undefined) {
    history.replaceState(null, '', linkTo(target));
    path = target;
  }
  place.set((before) => ({ path, route: readRoute(path), visit: before.visit + 1 }));
}

export function navigate(path: string, { replace = false } = {}): void {
  if (replace) history.replaceState(null, '', linkTo(path));
  else history.pushState(null, '', linkTo(path));
  window.scrollTo(0, 0);
  settle(path);
}

/** Begins to follow the address bar. Call once, after every listener of `place` stands. */
export function startRouter(check: Guard): void {
  guard = check;
  addEventListener('popstate', () => settle(location.pathname));
  settle(location.pathname);
}
