// The glue of oncue.plain.wasm: the page's, with definitions and options compiled on their way in.
import { OnCueError } from '../errors.js';
import type { Glue, Handle } from '../glue.js';
import { instantiate } from '../page_glue.js';
import { type Compiled, compile } from './compile.js';
import { type Reading, readOptions } from './options.js';
import { readReceived } from './received.js';

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
  let latest: Compiled | undefined;
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
      restore(handle: Handle, bytes: Uint8Array): unknown {
        latest = undefined;
        return page.restore(handle, bytes);
      },
      receive: (handle: Handle, json: string, now: number) => page.receive(handle, readReceived(json, now), now),
      report: (): string => (latest ? JSON.stringify({ errors: [], warnings: latest.warnings }) : page.report()),
      extractionPlan: (handle: Handle) => engines.get(handle)?.compiled?.plan,
      catalog: (handle: Handle) => engines.get(handle)?.compiled?.catalog,
      explainIntervention: explain,
      explainAttribute: explain,
    },
    page,
  );
}
