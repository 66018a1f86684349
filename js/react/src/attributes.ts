import { getAttributes, subscribeToActivity } from '@oncue/browser-plugin';
import type { AttributeValue, Definitions, GroupAttributes, GroupName } from '@oncue/engine';
import { useCallback, useSyncExternalStore } from 'react';

type Values = Record<string, AttributeValue>;

export interface AttributesOptions {
  /** The group's attribute key. Default `domain_userid`. */
  key?: string;
  /** Default: the id of the latest event. */
  id?: string;
}

/** `useAttributes` for definitions whose literal types are known: `useAttributes as UseAttributes<typeof definitions>`. */
export type UseAttributes<D extends Definitions> = <G extends GroupName<D>>(
  group: G,
  options?: AttributesOptions,
) => GroupAttributes<D, G> | undefined;

/** Values that time alone changes are read this often, in ms. */
const REFRESH_MS = 1000;

const listeners = new Set<() => void>();
let stop: (() => void) | undefined;
let pending: ReturnType<typeof setTimeout> | undefined;

/** Tells every component once for all that happens in one task. */
function tellSoon(): void {
  pending ??= setTimeout(() => {
    pending = undefined;
    for (const listener of listeners) listener();
  }, 0);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (!stop) {
    const unsubscribe = subscribeToActivity(tellSoon);
    const timer = setInterval(tellSoon, REFRESH_MS);
    stop = () => {
      unsubscribe();
      clearInterval(timer);
      clearTimeout(pending);
      pending = stop = undefined;
    };
  }
  return () => {
    listeners.delete(listener);
    if (!listeners.size) stop?.();
  };
}

/** What was read last, by key, id and group: the same object until a value differs, as React wants it. */
const seen = new Map<string, { text: string; values: Values | undefined }>();

function read(group: string, key: string, id: string | undefined): Values | undefined {
  const place = JSON.stringify([key, id, group]);
  const values = getAttributes(key, id)?.[group];
  const text = JSON.stringify(values) ?? '';
  const before = seen.get(place);
  if (before?.text === text) return before.values;
  seen.set(place, { text, values });
  return values;
}

/**
 * The attributes of a group, live: after each event, and once a second as time goes by. Undefined on the server, until
 * the engine is ready, and when there is no such group or id. A component renders only when a value differs.
 */
export function useAttributes(group: string, { key = 'domain_userid', id }: AttributesOptions = {}): Values | undefined {
  const get = useCallback(() => read(group, key, id), [group, key, id]);
  return useSyncExternalStore(subscribe, get, () => undefined);
}
