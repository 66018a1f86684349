// What is published and what ever was, and the engines that know it.
//
// What holds: the store has the definitions that a fact needs before it has the fact. So who reads facts and then asks the store
// for definitions has all that those facts need, whichever process took them.
import { definitionsOf, mergeState, stateOf, type SyncEngine } from './engine_calls.js';
import { type Steps, wait } from '../storage/sync/maybe.js';
import type { KnownDefinitions, SyncStore } from '../storage/sync/store.js';
import { unite } from './united.js';

interface PublishedOptions {
  readonly store: SyncStore;
  definitions(): string;
  createEngine(definitions: string, former: readonly string[]): SyncEngine;
  now(): number;
  /** No engine that was made before knows enough. */
  onChange(): void;
}

/** An engine that shows states is given up after so many. */
const MOST_SHOWN = 50;

export class Published {
  /** Definitions that were ever published and that the store has, by digest. */
  private readonly known = new Map<string, string>();
  private text = '';
  /** Of `text`; undefined when it has to be asked for. */
  private present: string | undefined;
  /** `text` with all that is known. */
  private united: string | undefined;
  private showing: { readonly engine: SyncEngine; count: number } | undefined;

  constructor(private readonly options: PublishedOptions) {}

  /** One that keeps of every fact what it says of definitions that were ever published: they may come back. */
  createEngine(): SyncEngine {
    return this.options.createEngine(this.all(), [...this.known.values()]);
  }

  private all(): string {
    return (this.united ??= unite(this.text, [...this.known.values()]));
  }

  /** What is published may have changed; what was published is never forgotten. */
  *redefine(): Steps<void> {
    const text = this.options.definitions();
    if (text !== this.text) {
      this.text = text;
      this.present = undefined;
      this.change();
    }
    const digest = (this.present ??= this.digestOf(text));
    if (this.known.has(digest)) return;
    // Whoever comes meanwhile waits for it as well; where it fails, the next one tries again.
    yield* wait(this.options.store.remember({ digest, text }));
    this.know([{ digest, text }]);
  }

  private digestOf(text: string): string {
    const engine = this.options.createEngine(text, []);
    try {
      return definitionsOf(engine, this.options.now());
    } finally {
      engine.dispose();
    }
  }

  /** What the store has. @returns whether engines had to be given up, as they did not know all of them */
  know(definitions: readonly KnownDefinitions[]): boolean {
    const fresh = definitions.filter(({ digest }) => !this.known.has(digest));
    for (const { digest, text } of fresh) this.known.set(digest, text);
    const isBehind = fresh.some(({ digest }) => digest !== this.present);
    if (isBehind) this.change();
    return isBehind;
  }

  /** Takes notice of what other processes have published. @returns as know() */
  *learn(): Steps<boolean> {
    const { store } = this.options;
    return store.isShared && this.know(yield* wait(store.definitionsBeyond(this.known.size)));
  }

  private change(): void {
    this.united = undefined;
    this.close();
    this.options.onChange();
  }

  /** Of definitions that a device has: published now, before, or never here. */
  standing(digest: string): 'present' | 'former' | 'unknown' {
    if (digest === this.present) return 'present';
    return this.known.has(digest) ? 'former' : 'unknown';
  }

  /** Of a state of `key` what is published now, in the bytes that a device has then. */
  shown(key: string, state: string): string {
    if (this.all() === this.text) return state;
    if (this.showing && this.showing.count >= MOST_SHOWN) this.close();
    const showing = (this.showing ??= { engine: this.options.createEngine(this.text, []), count: 0 });
    // An id of its own each time, of which nothing is known yet.
    const id = { key, id: String(++showing.count) };
    try {
      mergeState(showing.engine, id, state, this.options.now());
      return stateOf(showing.engine, id, this.options.now()).state;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  close(): void {
    this.showing?.engine.dispose();
    this.showing = undefined;
  }
}
