import { useSyncExternalStore } from 'react';

export interface Store<T> {
  get(): T;
  set(next: T | ((previous: T) => T)): void;
  subscribe(listener: () => void): () => void;
}

/** Where a value outlives a reload: a key of localStorage, and how to make a value of whatever is found there. */
interface Saved<T> {
  key: string;
  read(found: unknown): T;
}

/** A value that components and plain modules share. With `saved`, it outlives a reload. */
export function createStore<T>(initial: T, saved?: Saved<T>): Store<T> {
  let value = saved ? readSaved(saved, initial) : initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      value = typeof next === 'function' ? (next as (previous: T) => T)(value) : next;
      if (saved) save(saved.key, value);
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export function useStore<T>(store: Store<T>): T {
  return useSyncExternalStore(store.subscribe, store.get);
}

function readSaved<T>({ key, read }: Saved<T>, fallback: T): T {
  try {
    const text = localStorage.getItem(key);
    return text === null ? fallback : read(JSON.parse(text));
  } catch {
    return fallback;
  }
}

function save(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Storage may be full or forbidden; the shop then forgets on reload, which is better than failing.
  }
}
