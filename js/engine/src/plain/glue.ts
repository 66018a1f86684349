// The glue of oncue.plain.wasm: the page's, with definitions and options compiled on their way in.
import { OnCueError } from '../errors.js';
import type { Extractor } from '../extractor.js';
import type { Glue, Handle } from '../glue.js';
import { type Compiled, compile, type Member, visible } from './compile.js';
import { readReceived } from './received.js';
import { instantiate } from '../page_glue.js';
import { type Reading, readOptions } from './options.js';

type Entry = [name: string, value: unknown];

interface Engine extends Reading {
  compiled?: Compiled;
}

function refuse(what: string): never {
  throw new OnCueError('needs_full', `${what} needs oncue.page.wasm: call "await engine.upgrade()" once before.`);
}

const explain = (): never => refuse('explain()');

/** Whether the plain artefact serves an engine of these options and definitions, both as JSON. */
export function isPlain(options: string, definitions: string): boolean {
  const read = readOptions(options);
  return !!read && !!compile(definitions, read);
}

/** Instantiates the module; rejects when `module` is another or memory is refused. */
export async function instantiatePlain(module: WebAssembly.Module): Promise<Glue> {
  const page = await instantiate(module);
  const engines = new Map<Handle, Engine>();
  let latest: Compiled;
  const compiledOf = (handle: Handle): Compiled => (engines.get(handle) as Required<Engine>).compiled;

  /** The answer about some groups: what `entries` makes of a way to read their attributes; '' for an unknown key. */
  function answer(handle: Handle, key: string, id: string, now: number, entries: (read: (members: Member[]) => Entry[]) => Entry[]): string {
    if (!compiledOf(handle).keys.has(key)) return '';
    const values = JSON.parse(page.attributes(handle, key, id, now));
    return JSON.stringify(Object.fromEntries(entries((members) => members.map(([name, computation, fallback = null]) => [name, values[computation] ?? fallback]))));
  }

  return Object.setPrototypeOf(
    {
      isPlain: true,
      create(json: string): Handle {
        const options = readOptions(json) ?? refuse('One of these options');
        const handle = page.create(options.bytes);
        engines.set(handle, options);
        return handle;
      },
      destroy(handle: Handle): void {
        engines.delete(handle);
        page.destroy(handle);
      },
      load(handle: Handle, json: string): unknown {
        const engine = engines.get(handle) as Engine;
        engine.compiled = latest = compile(json, engine) ?? refuse('Something in these definitions');
        return page.load(handle, latest.bytes);
      },
      text: (handle: Handle, text: string, format: number, now: number | undefined, extractor: Extractor) =>
        now === undefined ? refuse('replay()') : page.text(handle, text, format, now, extractor),
      restore: (handle: Handle, bytes: Uint8Array): unknown => page.restore(handle, bytes) || refuse('This snapshot'),
      receive: (handle: Handle, json: string, now: number) => page.receive(handle, readReceived(json, now), now),
      report: (): string => JSON.stringify({ errors: [], warnings: latest.warnings }),
      extractionPlan: (handle: Handle) => compiledOf(handle).plan,
      attributes(handle: Handle, key: string, id: string, now: number): string {
        const groups = compiledOf(handle).groups.filter((group) => group.attribute_key === key);
        return answer(handle, key, id, now, (read) => groups.map(({ name }) => [name, Object.fromEntries(read(visible(groups.filter((group) => group.name === name))))]));
      },
      groupAttributes(handle: Handle, name: string, id: string, now: number, version: number): string {
        const group = compiledOf(handle).groups.find((one) => one.name === name && one.version === version >>> 0);
        return group ? answer(handle, group.attribute_key, id, now, (read) => read(group.members)) : '';
      },
      serviceAttributes(handle: Handle, name: string, key: string, id: string, now: number): string {
        const service = compiledOf(handle).services.find((one) => one.name === name);
        return service
          ? answer(handle, key, id, now, (read) => [[key, id], ...service.groups.flatMap((group) => (group.attribute_key === key ? read(group.members) : []))])
          : '';
      },
      catalog(handle: Handle): string {
        const { groups, services, interventions } = compiledOf(handle);
        return JSON.stringify({
          groups: groups.map(({ name, version, attribute_key, members }) => ({ name, version, attribute_key, attributes: members.map(([own]) => own) })),
          services: services.map(({ name, groups }) => ({ name, groups: groups.map(({ name, version }) => ({ name, version })) })),
          interventions,
        });
      },
      sync: () => '',
      explainIntervention: explain,
      explainAttribute: explain,
    },
    page,
  );
}
