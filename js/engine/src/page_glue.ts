// The glue of oncue.page.wasm: every cold call of wasm/calls.h is one export.
import { readText } from './event_text.js';
import { toNumber } from './plain/fields.js';
import type { Glue, Handle } from './glue.js';
import { OnCueError } from './errors.js';
import { decoder, encoder } from './utf8.js';

/** Names in the order of wasm/calls.h; the answers up to `snapshot` are numbers, after it texts. */
const CALLS =
  'create destroy load restore forget receive now snapshot report fired rejection attributes groupAttributes serviceAttributes ids latestId catalog explainIntervention explainAttribute stats extractionPlan sync';
const SNAPSHOT = 7;
const FIRED = 9;

interface Exports {
  memory: WebAssembly.Memory;
  _initialize(): void;
  oncue_buffer(bytes: number): number;
  oncue_track_record(engine: Handle, length: number, now: number): number;
  oncue_replay_record(engine: Handle, length: number): number;
  oncue_tick(engine: Handle, now: number): number;
  oncue_next_wake(engine: Handle): number;
  oncue_answer(): number;
  oncue_call(call: number, ...numbersAndLengths: (number | undefined)[]): number;
}

/** Instantiates the module; rejects when `module` is another or memory is refused. */
export async function instantiate(module: WebAssembly.Module): Promise<Glue> {
  let bytes = new Uint8Array();
  /** Address of the shared buffer, and how much it holds. */
  let buffer = 0;
  let room = 0;
  const bytesOf = (length: number, at: number): Uint8Array => glue.HEAPU8.subarray(at, at + length);
  const textOf = (length: number, at: number): string => decoder.decode(bytesOf(length, at));
  // The plain artefact leaves numbers and their texts to JavaScript (wasm/plain/absent.cc).
  const own: Record<string, (...values: number[]) => number> = {
    number_text: (number: number, at: number) => encoder.encodeInto(String(number), glue.HEAPU8.subarray(at)).written,
    parse_number(at: number, length: number, to: number) {
      const number = toNumber(textOf(length, at));
      if (number === undefined) return 0;
      new DataView(glue.HEAPU8.buffer).setFloat64(to, number, true);
      return 1;
    },
  };
  // What toolchains have the module import besides differs, and nothing of it has work to do here.
  const idle = new Proxy(own, { get: (_, name: string) => own[name] ?? (() => 0) });
  const wasm = (await WebAssembly.instantiate(module, new Proxy({}, { get: () => idle }))).exports as unknown as Exports;
  if (!wasm.oncue_call) throw new Error('it is not oncue.page.wasm');
  const { memory } = wasm;

  const glue = {
    get HEAPU8() {
      // Memory that grows leaves nothing in the view before. To ask it for its buffer takes longer.
      return bytes.length ? bytes : (bytes = new Uint8Array(memory.buffer));
    },
    // It moves only when it has to grow.
    _oncue_buffer: (size: number) => (size > room ? (buffer = wasm.oncue_buffer((room = size))) : buffer),
    _oncue_track_record: wasm.oncue_track_record,
    _oncue_tick: wasm.oncue_tick,
    _oncue_next_wake: wasm.oncue_next_wake,
    text(engine: Handle, text: string, format: number, now: number | undefined, extractor) {
      if (format) throw new OnCueError('format_unavailable', 'Browsers read tracker payloads only; oncue.wasm, which Node loads, reads enriched events.');
      const length = readText(extractor, glue, text);
      return now === undefined ? wasm.oncue_replay_record(engine, length) : wasm.oncue_track_record(engine, length, now);
    },
  } as Glue & Record<string, unknown>;

  CALLS.split(' ').forEach((name, call) => {
    glue[name] = (...values: (number | string | Uint8Array)[]) => {
      const numbers = values.filter(Number.isFinite) as number[];
      const texts = values.flatMap((value) => (typeof value === 'number' ? [] : typeof value === 'string' ? encoder.encode(value) : [value]));
      const lengths = texts.map(({ length }) => length);
      let at = glue._oncue_buffer(lengths.reduce((sum, length) => sum + length, 0));
      for (const text of texts) {
        glue.HEAPU8.set(text, at);
        at += text.length;
      }
      const answer = wasm.oncue_call(call, numbers[0], numbers[1], numbers[2], ...lengths);
      return call < SNAPSHOT ? answer : (call > SNAPSHOT ? textOf : bytesOf)(answer, wasm.oncue_answer());
    };
  });
  // Handlers wait for it: so without looking for texts to hand over.
  glue.fired = (engine: Handle) => textOf(wasm.oncue_call(FIRED, engine), wasm.oncue_answer());
  wasm._initialize();
  return glue;
}
