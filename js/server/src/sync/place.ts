// An id of a synced key, and where its data lies.
import { createHash } from 'node:crypto';
import type { Place } from '../storage/sync/store.js';

export interface Id {
  readonly key: string;
  readonly id: string;
}

export const placeOf = ({ key, id }: Id): Place => createHash('sha256').update(JSON.stringify([key, id])).digest('base64url');
