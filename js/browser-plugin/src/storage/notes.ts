import type { TabEvent } from '../tabs/protocol.js';
import type { Entry } from './store.js';

// Events since the latest transaction, in localStorage. One call hands an event to the browser, so a tab that dies loses
// nothing, for a fraction of what a transaction costs. A reign uses few keys, again and again; what is older than the
// latest transaction stays there, and is known by its number.

export interface Note {
  key: string;
  /** Which reign made it. */
  term: number;
  /** Grows from note to note of a reign. */
  seq: number;
  /** The text itself where it cannot be read: whoever takes it in fails, and sets it aside. */
  event: Entry;
}

/** @throws where localStorage is blocked or full */
export function writeNote(name: string, term: number, slot: number, seq: number, { at, tracker, text }: TabEvent): void {
  localStorage.setItem(`${name}:${term}:${slot}`, `${seq}\n${at}\n${tracker}\n${text}`);
}

/** Undefined when this item of localStorage is no note of `name`. */
export function readNote(name: string, key: string | null, value: string | null): Note | undefined {
  const term = key?.startsWith(`${name}:`) ? parseInt(key.slice(name.length + 1)) : NaN;
  if (!value || !(term >= 0)) return undefined;
  const [seq, at, tracker, text] = value.split('\n') as [string, string, string, string];
  let event = value as never as Entry;
  try {
    event = { key: String(JSON.parse(text).eid), tab: '', tracker, at: +at, text };
  } catch {
    // Cut off, or somebody else's.
  }
  return { key: key as string, term, seq: +seq, event };
}

/** In order; none where localStorage is blocked. */
export function readNotes(name: string): Note[] {
  try {
    const notes = Object.keys(localStorage).map((key) => readNote(name, key, localStorage.getItem(key)));
    return (notes.filter((note) => note) as Note[]).sort((a, b) => a.term - b.term || a.seq - b.seq);
  } catch {
    return [];
  }
}

export function removeNotes(notes: Note[]): void {
  for (const { key } of notes) localStorage.removeItem(key);
}
