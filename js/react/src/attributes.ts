import { ask, getAttributes, getStats, subscribeToActivity } from '@oncue/browser-plugin';
import type { AttributeValue, Definitions, GroupAttributes, GroupName } from '@oncue/engine';
import { useCallback, useMemo, useSyncExternalStore } from 'react';

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

/** Values that time alone changes, and those of a tab that only follows another one, are read this often, in ms. */
const REFRESH_MS = 1000;

/** What components look at: a group under a key and an id. */
interface Place {
  group: string;
  key: string;
  id: string | undefined;
  /** The same object until a value differs, as React wants it. */
  values: Values | undefined;
  text: string;
  listeners: Set<() => void>;
  /** Whether the tab that has the engine was asked and has not answered yet. */
  isAsked: boolean;
}

const places = new Map<string, Place>();
let stop: (() => void) | undefined;
let pending: ReturnType<typeof setTimeout> | undefined;

function placeOf(group: string, key: string, id: string | undefined): Place {
  const name = JSON.stringify([key, id, group]);
  let place = places.get(name);
  if (!place) places.set(name, (place = { group, key, id, values: undefined, text: '', listeners: new Set(), isAsked: false }));
  return place;
}

function put(place: Place, values: Values | undefined): void {
  const text = JSON.stringify(values) ?? '';
  if (place.text !== text) Object.assign(place, { values, text });
}

/** Another tab may have the engine. */
const isFollowing = (): boolean => getStats().role === 'following';

/** What is known at once; in a tab that follows the latest answer. */
function read(place: Place): Values | undefined {
  const all = getAttributes(place.key, place.id);
  if (all || !isFollowing()) put(place, all?.[place.group]);
  return place.values;
}

function tell({ listeners }: Place): void {
  for (const listener of listeners) listener();
}

async function inquire(place: Place): Promise<void> {
  if (place.isAsked) return;
  place.isAsked = true;
  const answer = (await ask('getAttributes', place.key, place.id)) as Record<string, Values> | undefined;
  place.isAsked = false;
  // A tab that dies answers nothing: what it said last stands until the next one leads.
  if (answer && isFollowing()) put(place, answer[place.group]);
  tell(place);
}

/** Tells every component once for all that happens in one task. */
function tellSoon(): void {
  pending ??= setTimeout(() => {
    pending = undefined;
    const isElsewhere = isFollowing();
    for (const place of places.values()) {
      if (!place.listeners.size) continue;
      if (isElsewhere) void inquire(place);
      else tell(place);
    }
  }, 0);
}

function begin(): () => void {
  const unsubscribe = subscribeToActivity(tellSoon);
  const timer = setInterval(tellSoon, REFRESH_MS);
  return () => {
    unsubscribe();
    clearInterval(timer);
    clearTimeout(pending);
    pending = stop = undefined;
  };
}

function subscribe(place: Place, listener: () => void): () => void {
  place.listeners.add(listener);
  stop ??= begin();
  tellSoon();
  return () => {
    place.listeners.delete(listener);
    if (![...places.values()].some(({ listeners }) => listeners.size)) stop?.();
  };
}

/**
 * The attributes of a group, live: after each event, and once a second as time goes by; in a tab that follows another one,
 * once a second. Undefined on the server, until
 * the engine is ready, and when there is no such group or id. A component renders only when a value differs.
 */
export function useAttributes(group: string, { key = 'domain_userid', id }: AttributesOptions = {}): Values | undefined {
  const place = useMemo(() => placeOf(group, key, id), [group, key, id]);
  const listen = useCallback((listener: () => void) => subscribe(place, listener), [place]);
  return useSyncExternalStore(listen, () => read(place), () => undefined);
}
