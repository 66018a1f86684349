// The glue of oncue.wasm, made by Embind and bundled in from the wasm build.
import createOncueModule from 'oncue-glue';
import type { Glue, Handle } from './glue.js';
import { decoder, encoder } from './utf8.js';

interface FullGlue extends Glue {
  idsOf(engine: Handle, length: number, format: number, now: number): string;
  restoreBuffer(engine: Handle, length: number): boolean;
  _oncue_track_text(engine: Handle, length: number, format: number, now: number): number;
  _oncue_replay_text(engine: Handle, length: number, format: number): number;
  /** The answer's length; it stands at _oncue_answer(). */
  _oncue_sync(engine: Handle, length: number, now: number): number;
  _oncue_answer(): number;
}

// Below this, room for the worst case of three bytes a character is cheaper than measuring the text first.
const SHORT = 65536;

/** Puts bytes into the shared buffer; returns how many. */
function writeBytes(glue: Glue, bytes: Uint8Array): number {
  const start = glue._oncue_buffer(bytes.length);
  glue.HEAPU8.set(bytes, start);
  return bytes.length;
}

/** Puts text into the shared buffer; returns its length in bytes. */
function writeText(glue: Glue, text: string): number {
  if (text.length > SHORT) return writeBytes(glue, encoder.encode(text));
  const room = text.length * 3;
  const start = glue._oncue_buffer(room);
  return encoder.encodeInto(text, glue.HEAPU8.subarray(start, start + room)).written;
}

/** Instantiates the module; rejects when `module` is not OnCue's or memory is refused. */
export function instantiate(module: WebAssembly.Module): Promise<Glue> {
  return new Promise((resolve, reject) => {
    const instantiateWasm = (imports: WebAssembly.Imports, receive: (instance: WebAssembly.Instance) => void) => {
      WebAssembly.instantiate(module, imports).then(receive).catch(reject);
      return {};
    };
    createOncueModule({ instantiateWasm }).then((made) => {
      const glue = made as FullGlue;
      glue.text = (engine, text, format, now) =>
        now === undefined
          ? glue._oncue_replay_text(engine, writeText(glue, text), format)
          : glue._oncue_track_text(engine, writeText(glue, text), format, now);
      glue.sync = (engine, command, now) => {
        const length = glue._oncue_sync(engine, writeText(glue, command), now);
        const start = glue._oncue_answer();
        return decoder.decode(glue.HEAPU8.subarray(start, start + length));
      };
      glue.restore = (engine, bytes) => glue.restoreBuffer(engine, writeBytes(glue, bytes));
      resolve(glue);
    }, reject);
  });
}

/** `{key: id}` of an event as text, as JSON; only of a glue that instantiate() made. */
export const idsOf = (glue: Glue, engine: Handle, text: string, format: number, now: number): string =>
  (glue as FullGlue).idsOf(engine, writeText(glue, text), format, now);
