// Entries on their way to the thread that owns the data file.
import type { NewEntry } from './store.js';

/** A new entry with its time of receipt, epoch ms. */
export type Stamped = NewEntry & { readonly at: number };

/** Entries by column, in the order of the table: on its way to another thread an object for each entry costs several times as much. */
export type Columns = readonly [at: readonly number[], kind: readonly string[], format: readonly (string | null)[], eventId: readonly (string | null)[], body: readonly string[]];

export const columnsOf = (entries: readonly Stamped[]): Columns => [
  entries.map(({ at }) => at),
  entries.map(({ kind }) => kind),
  entries.map(({ format }) => format ?? null),
  entries.map(({ eventId }) => eventId ?? null),
  entries.map(({ body }) => body),
];
