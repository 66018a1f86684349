// What the WebAssembly offers, whichever artefact it is: full_glue.ts and page_glue.ts make it.
import type { Extractor } from './extractor.js';
import type { PlainPlan } from './plain/compile.js';

/** Address of an engine inside the module; 0 is none. */
export type Handle = number;

export interface Glue {
  /** Whether it is the artefact that leaves explain() and rarer definitions to the larger one. */
  readonly isPlain?: boolean;
  /** Replaced whenever memory grows: never keep it. */
  readonly HEAPU8: Uint8Array;

  // Raw exports: one shared buffer, one call per event. Read them anew each time: some glue replaces them.
  _oncue_buffer(bytes: number): number;
  _oncue_track_record(engine: Handle, length: number, now: number): number;
  _oncue_tick(engine: Handle, now: number): number;
  _oncue_next_wake(engine: Handle): number;

  /** An event as text; `now` undefined: with its own clock. `format` is core's EventFormat. */
  text(engine: Handle, text: string, format: number, now: number | undefined, extractor: Extractor): number;

  // The cold calls of wasm/calls.h. Texts are JSON unless said otherwise.
  // The plain artefact takes what is compiled (src/plain/) for JSON.
  create(options: string | Uint8Array): Handle;
  destroy(engine: Handle): void;
  load(engine: Handle, definitions: string | Uint8Array): unknown;
  report(): string;
  receive(engine: Handle, intervention: string | Uint8Array, now: number): number;
  fired(engine: Handle): string;
  rejection(engine: Handle): string;
  now(engine: Handle): number;
  attributes(engine: Handle, key: string, id: string, now: number): string;
  groupAttributes(engine: Handle, group: string, id: string, now: number, version: number): string;
  serviceAttributes(engine: Handle, service: string, key: string, id: string, now: number): string;
  ids(engine: Handle, key: string): string;
  latestId(engine: Handle, key: string): string;
  catalog(engine: Handle): string;
  explainIntervention(engine: Handle, name: string, ids: string, now: number): string;
  explainAttribute(engine: Handle, name: string, ids: string, now: number): string;
  /** A view of memory that the next call may overwrite or move. */
  snapshot(engine: Handle): Uint8Array;
  restore(engine: Handle, bytes: Uint8Array): unknown;
  forget(engine: Handle, key: string, id: string): unknown;
  stats(engine: Handle): string;
  extractionPlan(engine: Handle): string | PlainPlan;
  /** '' from an artefact without it. */
  sync(engine: Handle, command: string, now: number): string;
}
