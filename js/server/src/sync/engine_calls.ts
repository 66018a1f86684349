// The engine's sync commands that a server gives.
import type { Id } from './place.js';

export interface Head {
  readonly n: number;
  readonly chain: string;
}

/** Facts of one replica: those after the first `base`; `chain` as each command says. */
export interface Facts {
  readonly replica: string;
  readonly base: number;
  readonly chain: string;
  readonly facts: readonly string[];
}

interface AppendCommand extends Facts {
  readonly epoch: number;
  /** Newest `at` that is accepted, epoch ms. */
  readonly newest: number;
}

export type AppendAnswer =
  | { readonly status: 'ok'; readonly n: number; readonly chain: string; readonly fresh: number; readonly chains: readonly string[]; readonly ignored?: number }
  | { readonly status: 'gap' | 'fork' | 'epoch' | 'future' | 'floor' | 'bad' | 'definitions'; readonly n: number; readonly chain: string; readonly epoch: number };

/** Which facts of an id the engine has. */
export interface FactsOfId {
  readonly epoch: number;
  readonly floor: number;
  readonly digest: string;
  readonly vector: Readonly<Record<string, Head>>;
}

export interface StateOfId extends FactsOfId {
  readonly state: string;
}

/** An engine with option `syncSource: 'facts'`, which had every version of the definitions loaded that was ever published. */
export interface SyncEngine {
  /** @returns what core answers, read as JSON */
  sync(command: object, now: number): unknown;
  dispose(): void;
}

/** The engine refused a command and has changed nothing. */
export class EngineError extends Error {
  override name = 'EngineError';
}

function ask<T>(engine: SyncEngine, command: object, now: number): T {
  const answer = engine.sync(command, now) as T & { error?: { code: string; message: string } };
  if (answer.error) throw new EngineError(`${answer.error.code}: ${answer.error.message}`);
  return answer;
}

/** Facts of an upload: checked, and part of the engine's state when the answer is `ok`. */
export const append = (engine: SyncEngine, { key, id }: Id, command: AppendCommand, now: number): AppendAnswer =>
  ask(engine, { do: 'append', key, id, ...command }, now);

/** Facts that the store holds. @throws when they are not the next ones */
export function addFacts(engine: SyncEngine, { key, id }: Id, epoch: number, facts: Facts, now: number): void {
  const { status } = ask<{ status: string }>(engine, { do: 'facts', key, id, epoch, ...facts }, now);
  if (status !== 'ok' && status !== 'known') throw new Error(`facts that were kept are refused: ${status}`);
}

export const stateOf = (engine: SyncEngine, { key, id }: Id, now: number): StateOfId => ask(engine, { do: 'state', key, id }, now);

export const factsOf = (engine: SyncEngine, { key, id }: Id, now: number): FactsOfId => ask(engine, { do: 'state', key, id, bytes: 0 }, now);

/** @throws when the state cannot be read */
export function mergeState(engine: SyncEngine, { key, id }: Id, state: string, now: number): void {
  const { status } = ask<{ status: string }>(engine, { do: 'merge', key, id, state }, now);
  if (status !== 'ok' && status !== 'known') throw new Error(`a state that was kept is refused: ${status}`);
}

/** Facts received before it are refused from now on. */
export const setFloor = (engine: SyncEngine, { key, id }: Id, floor: number, now: number): void => void ask(engine, { do: 'floor', key, id, floor }, now);

export const setEpoch = (engine: SyncEngine, { key, id }: Id, epoch: number, now: number): void => void ask(engine, { do: 'forget', key, id, epoch }, now);

export const definitionsOf = (engine: SyncEngine, now: number): string => ask<{ definitions: string }>(engine, { do: 'status' }, now).definitions;
