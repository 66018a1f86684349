// Parts of definitions as a plain artefact takes them: whatever is not of the form that is asked for throws.

export type Json = string | number | boolean | null | Json[] | Fields;
export type Fields = { [name: string]: Json | undefined };

const NAME = /^\w{1,128}$/;
const PARTS = [31536e3, 2592e3, 604800, 86400, 3600, 60, 1];

/** Thrown: the larger artefact has to look at these definitions. */
const NOT_PLAIN = {};

export function must(isPlain: unknown): asserts isPlain {
  if (!isPlain) throw NOT_PLAIN;
}

export const has = (fields: Fields, name: string): boolean => fields[name] != null;

export function object(value: Json | undefined): Fields {
  must(Object(value) === value && !Array.isArray(value));
  return value as Fields;
}

/** An absent one is empty. */
export function list(value: Json | undefined): Json[] {
  must(value == null || Array.isArray(value));
  return (value ?? []) as Json[];
}

export function text(value: Json | undefined, pattern = NAME): string {
  must(typeof value === 'string' && pattern.test(value));
  return value;
}

export function whole(value: Json | undefined, least: number, most: number, absent?: number): number {
  value ??= absent;
  must(Number.isInteger(value) && (value as number) >= least && (value as number) <= most);
  return value as number;
}

export function flag(value: Json | undefined, absent: boolean): boolean {
  value ??= absent;
  must(typeof value === 'boolean');
  return value;
}

/** ms; 0 when absent. */
export function duration(value: Json | undefined): number {
  if (value == null) return 0;
  let seconds = value;
  if (typeof value === 'string') {
    const parts = /^P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?$/.exec(value);
    must(parts);
    parts.splice(5, 1);
    seconds = PARTS.reduce((sum, unit, i) => sum + parseInt(parts[i + 1] ?? '0') * unit, 0);
  }
  must(typeof seconds === 'number' && seconds <= 1e4 * 365 * 86400);
  const ms = Math.floor(seconds * 1000 + 0.5);
  must(ms > 0);
  return ms;
}

/** Nested deeper than core lets JSON be (200). */
export function isTooDeep(json: string): boolean {
  let depth = 0;
  let deepest = 0;
  for (const [mark] of json.matchAll(/"(?:\\.|[^"\\])*"|[[{]|[\]}]/g)) {
    if (mark === '[' || mark === '{') deepest = Math.max(deepest, ++depth);
    else if (mark === ']' || mark === '}') depth--;
  }
  return deepest > 200;
}
