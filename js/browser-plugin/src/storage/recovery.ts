import type { Engine } from '@oncue/engine';
import type { Payload } from '@snowplow/browser-tracker';
import type { RawJson } from '../raw.js';
import type { Intervention } from '../types.js';
import type { Fired, TabEvent } from '../tabs/protocol.js';
import type { LogRecord, Store, Stored } from './store.js';

export interface Recovered {
  engine: Engine;
  /** Interventions that fired and were shown nowhere. */
  waiting: Map<string, Fired>;
  /** Those of `waiting` that no record speaks of: the tab died before it could write that they fired. */
  unrecorded: Fired[];
}

/** What fires when the engine takes an entry in. */
export function giveTo(engine: Engine, { door, text, at }: TabEvent, payload?: Payload, raw?: RawJson): Intervention[] {
  if (door === 'sync') return engine.sync(text as never, { now: at }).fired as Intervention[];
  const fired = door ? engine.receive(text, { now: at }) : engine.track(payload ?? text, { now: at, raw });
  return fired as Intervention[];
}

/**
 * The engine as it was: the snapshot, then the log again. The same events give the same interventions with the same ids,
 * so what a record says was shown is known not to be new. What cannot be read is set aside.
 * @param make an engine with the definitions the log was written under
 */
export async function recover({ base, log }: Stored, make: () => Engine, store: Store, report: (error: unknown) => void): Promise<Recovered> {
  const engine = make();
  const waiting = new Map<string, Fired>();
  const unrecorded = new Map<string, Fired>();

  function attempt(what: unknown, action: () => void): void {
    try {
      action();
    } catch (error) {
      // Without a connection nothing is written over it either.
      store.setAside(what).catch(() => {});
      report(error);
    }
  }

  function replay({ entries = [], fired = [], done = [] }: LogRecord): void {
    for (const entry of entries) {
      const isTick = typeof entry === 'number';
      const interventions = isTick ? (engine.tick(entry) as Intervention[]) : giveTo(engine, entry);
      for (const intervention of interventions) {
        unrecorded.set(intervention.intervention_id, { intervention, tracker: isTick ? undefined : entry.tracker });
      }
    }
    for (const one of fired) {
      const id = one.intervention.intervention_id;
      unrecorded.delete(id);
      waiting.set(id, one);
    }
    for (const id of done) {
      unrecorded.delete(id);
      waiting.delete(id);
    }
  }

  let isRestored = false;
  function restore(): void {
    if (base?.bytes && !isRestored) engine.restore(base.bytes);
    isRestored = true;
  }
  try {
    restore();
  } catch (error) {
    // The smaller WebAssembly leaves what is odd to the larger one. Where that cannot be had, nothing may be written over it.
    if ((error as { code?: string }).code === 'needs_full') await engine.upgrade();
  }
  attempt(base, () => {
    restore();
    for (const one of base?.waiting ?? []) waiting.set(one.intervention.intervention_id, one);
  });
  let term = base?.term ?? 0;
  for (const record of log) {
    attempt(record, () => {
      // Written by a tab that did not know yet that another one leads; its events are sent again.
      if (!(record.term >= term)) return;
      term = record.term;
      replay(record);
    });
  }
  for (const [id, one] of unrecorded) waiting.set(id, one);
  return { engine, waiting, unrecorded: [...unrecorded.values()] };
}
