import type { TabEvent } from '../tabs/protocol.js';
import type { Entry } from './store.js';

// Events since the latest transaction, and what was shown of them, in localStorage. One call hands an event to the browser, so
// a tab that dies loses nothing, for a fraction of what a transaction costs. A reign uses few keys, again and again, from the first one after each
// transaction; what is older stays there until the next snapshot, and the engine knows those events by their ids.

/** An event. What is shown is `{done: [id ...]}`: in a line below the text of the event that fired it, or in the place of that. */
export type Noted = Pick<TabEvent, 'text'> & Partial<Pick<TabEvent, 'at' | 'tracker'>>;

export interface Note {
  key: string;
  /** Which reign made it. */
  term: number;
  slot: number;
  /** The text itself where it cannot be read: whoever takes it in fails, and sets it aside. */
  event?: Entry;
  /** Ids of interventions that a tab is about to show. */
  done?: string[];
}

/** @throws where localStorage is blocked or full */
export function writeNote(name: string, term: number, slot: number, { at = 0, tracker = '', text }: Noted): void {
  localStorage.setItem(`${name}:${term}:${slot}`, `${at}\n${tracker}\n${text}`);
}

/** Undefined when this item of localStorage is no note of `name`. */
export function readNote(name: string, key: string | null, value: string | null): Note | undefined {
  const [, of, term, slot] = /(.*):(\d+):(\d+)$/.exec(key as string) ?? [];
  if (of !== name || !value) return undefined;
  const [at, tracker, text, shown = text] = value.split('\n') as [string, string, string, string?];
  let event = value as never as Entry | undefined;
  let done: string[] | undefined;
  try {
    const said = JSON.parse(text);
    event = said.done ? undefined : { key: said.eid, tab: '', tracker, at: +at, text };
    done = JSON.parse(shown).done;
  } catch {
    // Cut off, or somebody else's.
  }
  return { key: key as string, term: +(term as string), slot: +(slot as string), event, done };
}

/** Of reigns before `term`, in order; none where localStorage is blocked. */
export function readNotes(name: string, term = Infinity): Note[] {
  try {
    const notes = Object.keys(localStorage).map((key) => readNote(name, key, localStorage.getItem(key)));
    return (notes.filter((note) => (note?.term as number) < term) as Note[]).sort((a, b) => a.term - b.term || a.slot - b.slot);
  } catch {
    return [];
  }
}

/** Of reigns before `term`. */
export function removeNotes(name: string, term?: number): void {
  for (const { key } of readNotes(name, term)) localStorage.removeItem(key);
}
