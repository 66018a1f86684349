// An id of a synced key, and where its data lies.
import { createHash } from 'node:crypto';
import type { Place } from '../storage/sync/store.js';

export interface Id {
  readonly key: string;
  readonly id: string;
}

const places = new WeakMap<Id, Place>();

/** Worked out once for each object: one request asks several times. */
export function placeOf(of: Id): Place {
  const known = places.get(of);
  if (known !== undefined) return known;
  const place = createHash('sha256').update(JSON.stringify([of.key, of.id])).digest('base64url');
  places.set(of, place);
  return place;
}
