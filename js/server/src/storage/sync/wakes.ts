import type { Place } from './store.js';

/** Who is to be woken when something is added to an id. */
export class Wakes {
  private readonly listeners = new Map<Place, Set<() => void>>();

  /** @returns whether it is the first of this place */
  add(place: Place, wake: () => void): boolean {
    const set = this.listeners.get(place);
    if (set) set.add(wake);
    else this.listeners.set(place, new Set([wake]));
    return set === undefined;
  }

  /** @returns whether it was the last of this place */
  remove(place: Place, wake: () => void): boolean {
    const set = this.listeners.get(place);
    if (!set?.delete(wake) || set.size > 0) return false;
    return this.listeners.delete(place);
  }

  wake(place: Place): void {
    for (const wake of this.listeners.get(place) ?? []) wake();
  }

  wakeAll(): void {
    for (const place of this.listeners.keys()) this.wake(place);
  }
}
