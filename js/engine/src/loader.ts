// How the WebAssembly module gets here: once per page or process, again after a failure.
import { needObject } from './arguments.js';
import { OnCueError } from './errors.js';
import type { Glue } from './glue.js';

/** Where the engine's WebAssembly comes from. A string is a URL (in Node also a file path). */
export type WasmSource = string | URL | ArrayBuffer | Uint8Array<ArrayBuffer> | Response | WebAssembly.Module;

export interface LoadOptions {
  /** Needed only where the package cannot find its file itself: other bundlers, a CDN, edge runtimes. */
  wasm?: WasmSource | PromiseLike<WasmSource>;
}

/** What differs between a browser, Node and an edge runtime. */
export interface Host {
  /** The source when the caller names none. */
  standard(): WasmSource;
  open(location: string | URL): Promise<Response | Uint8Array<ArrayBuffer>>;
  instantiate(module: WebAssembly.Module): Promise<Glue>;
  /** The artefact that `instantiate` takes. */
  file: string;
}

let glue: Glue | undefined;
let pending: Promise<void> | undefined;

/** The loaded module; throws `not_loaded` before `await load()`. */
export function loadedGlue(): Glue {
  if (glue) return glue;
  throw new OnCueError('not_loaded', 'The engine is not loaded yet: call "await load()" once before createEngine().');
}

async function fromResponse(response: Response): Promise<WebAssembly.Module> {
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}`);
  const type = response.headers.get('content-type') ?? '';
  // Streaming refuses other types, which many servers still send.
  if (type.startsWith('application/wasm')) return WebAssembly.compileStreaming(response);
  return WebAssembly.compile(await response.arrayBuffer());
}

async function compile(source: WasmSource, host: Host): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  const opened = typeof source === 'string' || source instanceof URL ? await host.open(source) : source;
  return opened instanceof Response ? fromResponse(opened) : WebAssembly.compile(opened);
}

async function loadOnce(options: LoadOptions, host: Host): Promise<void> {
  let source: WasmSource | undefined;
  try {
    // Awaited first: what fails before load() has kept the promise would be kept after it.
    source = await options?.wasm;
    needObject(options, 'options');
    source ??= host.standard();
    glue = await host.instantiate(await compile(source, host));
  } catch (cause) {
    pending = undefined;
    if (cause instanceof OnCueError) throw cause;
    const where = typeof source === 'string' || source instanceof URL ? ` from ${source}` : '';
    const why = cause instanceof Error ? cause.message : String(cause);
    const hint = `Pass load({wasm}) a URL or the bytes of ${host.file}; a Content-Security-Policy needs 'wasm-unsafe-eval'.`;
    throw new OnCueError('wasm_unavailable', `The engine's WebAssembly could not be loaded${where}: ${why}. ${hint}`, [], cause);
  }
}

/** The `load` of one kind of host. */
export function loaderFor(host: Host) {
  /**
   * Loads the engine; every later call returns the same promise, unless it failed: then the next call tries again.
   * @throws {OnCueError} `wasm_unavailable`, `wasm_not_given`, `bad_argument`
   */
  return function load(options: LoadOptions = {}): Promise<void> {
    return (pending ??= loadOnce(options, host));
  };
}
