import type { DataLayerPush } from './types.js';

type Container = { push: (...items: unknown[]) => unknown } & ArrayLike<unknown>;

/** `gtag()` pushes its arguments as they are: `event`, a name, and parameters. */
function readPush(item: any): DataLayerPush | undefined {
  const isCommand = item?.length >= 2 && item[0] === 'event';
  const push = isCommand ? { ...item[2], event: item[1] } : item;
  return typeof push?.event === 'string' ? push : undefined;
}

/**
 * Calls `listener` for every push with an `event`: those that are there already, then each new one, after the container
 * has taken it. `push` works as before and returns what it returned.
 * @param listener must not throw
 */
export function watchContainer(name: string, listener: (push: DataLayerPush) => void): void {
  const page = window as unknown as Record<string, Container>;
  const container = (page[name] ??= [] as unknown as Container);
  const take = (item: unknown): void => {
    const push = readPush(item);
    if (push) listener(push);
  };
  const before = Array.from(container);
  const { push } = container;
  container.push = function (this: unknown, ...items) {
    const result = push.apply(this ?? container, items);
    items.forEach(take);
    return result;
  };
  before.forEach(take);
}
