// What wasm/bindings.cc exports. The glue itself is bundled in from the wasm build.
import createOncueModule from 'oncue-glue';

/** Address of an engine inside the module; 0 is none. */
export type Handle = number;

export interface Glue {
  /** Replaced whenever memory grows: never keep it. */
  readonly HEAPU8: Uint8Array;

  // Raw exports: one shared buffer, one call per event. Read them anew each time: each is replaced on its first call.
  _oncue_buffer(bytes: number): number;
  _oncue_track_record(engine: Handle, length: number, now: number): number;
  _oncue_track_text(engine: Handle, length: number, format: number, now: number): number;
  _oncue_replay_text(engine: Handle, length: number, format: number): number;
  _oncue_tick(engine: Handle, now: number): number;
  _oncue_next_wake(engine: Handle): number;

  // Embind: the cold calls. Texts are JSON unless said otherwise.
  create(options: string): Handle;
  destroy(engine: Handle): void;
  load(engine: Handle, definitions: string): boolean;
  report(): string;
  receive(engine: Handle, intervention: string, now: number): number;
  fired(engine: Handle): string;
  rejection(engine: Handle): string;
  now(engine: Handle): number;
  attributes(engine: Handle, key: string, id: string, now: number): string;
  groupAttributes(engine: Handle, group: string, id: string, now: number, version: number): string;
  serviceAttributes(engine: Handle, service: string, key: string, id: string, now: number): string;
  ids(engine: Handle, key: string): string;
  catalog(engine: Handle): string;
  explainIntervention(engine: Handle, name: string, ids: string, now: number): string;
  explainAttribute(engine: Handle, name: string, ids: string, now: number): string;
  snapshot(engine: Handle): Uint8Array;
  restore(engine: Handle, length: number): boolean;
  forget(engine: Handle, key: string, id: string): boolean;
  stats(engine: Handle): string;
  extractionPlan(engine: Handle): string;
}

/** Instantiates the module; rejects when `module` is not OnCue's or memory is refused. */
export function instantiate(module: WebAssembly.Module): Promise<Glue> {
  return new Promise((resolve, reject) => {
    const instantiateWasm = (imports: WebAssembly.Imports, receive: (instance: WebAssembly.Instance) => void) => {
      WebAssembly.instantiate(module, imports).then(receive).catch(reject);
      return {};
    };
    createOncueModule({ instantiateWasm }).then((glue) => resolve(glue as Glue), reject);
  });
}

const encoder = /* @__PURE__ */ new TextEncoder();
// Below this, room for the worst case of three bytes a character is cheaper than measuring the text first.
const SHORT = 65536;

/** Puts text into the shared buffer; returns its length in bytes. */
export function writeText(glue: Glue, text: string): number {
  if (text.length > SHORT) return writeBytes(glue, encoder.encode(text));
  const room = text.length * 3;
  const start = glue._oncue_buffer(room);
  return encoder.encodeInto(text, glue.HEAPU8.subarray(start, start + room)).written;
}

/** Puts bytes into the shared buffer; returns how many. */
export function writeBytes(glue: Glue, bytes: Uint8Array): number {
  const start = glue._oncue_buffer(bytes.length);
  glue.HEAPU8.set(bytes, start);
  return bytes.length;
}
