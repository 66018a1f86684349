// How the WebAssembly module gets here: once per page or process, again after a failure.
import { OnCueError } from './errors.js';
import type { Definitions } from './definitions.js';
import { jsonOf, needObject } from './arguments.js';
import type { Glue } from './glue.js';
import { type CreateOptions, optionsJson } from './options.js';

/** Where the engine's WebAssembly comes from. A string is a URL (in Node also a file path). */
export type WasmSource = string | URL | ArrayBuffer | Uint8Array<ArrayBuffer> | Response | WebAssembly.Module;

export interface LoadOptions {
  /** Needed only where the package cannot find its file itself: other bundlers, a CDN, edge runtimes. */
  wasm?: WasmSource | PromiseLike<WasmSource>;
  /** The same of oncue.plain.wasm, in browsers. When `wasm` is given and this is not, that file is not used. */
  plainWasm?: WasmSource | PromiseLike<WasmSource>;
  /** Whether engine.sync() will be called: a browser then loads oncue.sync.wasm. */
  sync?: boolean;
  /**
   * What createEngine() will be given: a browser then loads oncue.plain.wasm instead of oncue.page.wasm, which is more
   * than twice as large, where that is enough.
   */
  engine?: CreateOptions<Definitions>;
}

/** What differs between a browser, Node and an edge runtime. */
export interface Host {
  /** The source when the caller names none. @param syncs whether the engine is to sync */
  standard(syncs?: boolean): WasmSource;
  open(location: string | URL): Promise<Response | Uint8Array<ArrayBuffer>>;
  instantiate(module: WebAssembly.Module): Promise<Glue>;
  /** The artefact that `instantiate` takes. */
  file: string;
  /** A smaller artefact, and which engines it is enough for (options and definitions as JSON). */
  plain?: {
    standard(): WasmSource | undefined;
    instantiate(module: WebAssembly.Module): Promise<Glue>;
    isEnough(options: string, definitions: string): boolean;
  };
}

let full: Glue | undefined;
let plain: Glue | undefined;
let pending: Promise<void> | undefined;
let pendingPlain: Promise<void> | undefined;
let syncing: Promise<void> | undefined;
let loadRest: (() => Promise<void>) | undefined;

/** The loaded module; throws `not_loaded` before `await load()`. */
export function loadedGlue(): Glue {
  const glue = full ?? plain;
  if (glue) return glue;
  throw new OnCueError('not_loaded', 'The engine is not loaded yet: call "await load()" once before createEngine().');
}

/** The artefact that does everything, from where load() was told to find it. */
export async function loadFull(): Promise<Glue> {
  await loadRest?.();
  return loadedGlue();
}

const isAddress = (source: unknown): source is string | URL => typeof source === 'string' || source instanceof URL;

async function fromResponse(response: Response): Promise<WebAssembly.Module> {
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}`);
  const type = response.headers.get('content-type') ?? '';
  // Streaming refuses other types, which many servers still send.
  if (type.startsWith('application/wasm')) return WebAssembly.compileStreaming(response);
  return WebAssembly.compile(await response.arrayBuffer());
}

async function compile(source: WasmSource, host: Host): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  const opened = isAddress(source) ? await host.open(source) : source;
  return opened instanceof Response ? fromResponse(opened) : WebAssembly.compile(opened);
}

async function loadOnce(options: LoadOptions, host: Host): Promise<void> {
  let source: WasmSource | undefined;
  try {
    // Awaited first: what fails before load() has kept the promise would be kept after it.
    source = await options?.wasm;
    needObject(options, 'options');
    source ??= host.standard(options.sync);
    full = await host.instantiate(await compile(source, host));
  } catch (cause) {
    pending = syncing = undefined;
    if (cause instanceof OnCueError) throw cause;
    const where = isAddress(source) ? ` from ${source}` : '';
    const why = (cause as Error)?.message ?? cause;
    const hint = `Pass load({wasm}), or the plugin's engine.wasm, a URL or the bytes of ${host.file}; a Content-Security-Policy needs 'wasm-unsafe-eval'.`;
    throw new OnCueError('wasm_unavailable', `The engine's WebAssembly could not be loaded${where}: ${why}. ${hint}`, [], cause);
  }
}

/** Whatever keeps the smaller one from loading, the other may do. */
async function loadPlain(source: WasmSource | PromiseLike<WasmSource>, host: Host): Promise<void> {
  try {
    plain = await (host.plain as NonNullable<Host['plain']>).instantiate(await compile(await source, host));
  } catch {
    pendingPlain = undefined;
    return loadRest?.();
  }
}

/** Where to find the plain artefact; undefined where it is not enough or not to be used. */
function plainSource(options: LoadOptions, host: Host): WasmSource | PromiseLike<WasmSource> | undefined {
  try {
    if (!options.engine || !host.plain) return undefined;
    const source = options.plainWasm ?? (options.wasm ? undefined : host.plain.standard());
    const { definitions, ...rest } = options.engine;
    return source && host.plain.isEnough(optionsJson(rest), jsonOf(definitions, 'definitions')) ? source : undefined;
  } catch {
    // createEngine() says what is wrong with the definitions, loadOnce() what with the address.
    return undefined;
  }
}

/** The `load` of one kind of host. */
export function loaderFor(host: Host) {
  /**
   * Loads the engine; every later call returns the same promise, unless it failed: then the next call tries again. In a
   * browser the first one with `sync` loads oncue.sync.wasm, for the engines made from then on.
   * @throws {OnCueError} `wasm_unavailable`, `wasm_not_given`, `bad_argument`
   */
  return function load(options: LoadOptions = {}): Promise<void> {
    // After the one that does less, which would otherwise be in use if it came later.
    if (options?.sync && host.plain) return (syncing ??= pending = Promise.resolve(pending).then(() => loadOnce(options, host)));
    const small = pending ? undefined : plainSource(options, host);
    if (!small) return (pending ??= loadOnce(options, host));
    loadRest = () => (pending ??= loadOnce(options, host));
    return (pendingPlain ??= loadPlain(small, host));
  };
}
