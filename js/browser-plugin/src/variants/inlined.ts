// The engine of the single-file build, which brings its wasm along.
import { wasmBytes } from '@oncue/engine/inline';
import { load as loadFrom, type LoadOptions } from '@oncue/engine/slim';

export * from '@oncue/engine/slim';

export const load = ({ wasm }: LoadOptions = {}): Promise<void> => loadFrom({ wasm: wasm ?? wasmBytes() });
