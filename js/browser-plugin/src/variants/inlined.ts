// The engine of the single-file build, which brings its wasm along.
import { wasmBytes } from '@oncue/engine/inline';
import { load as loadFrom, type LoadOptions, OnCueError } from '@oncue/engine/slim';

export * from '@oncue/engine/slim';

export const load = ({ wasm, sync }: LoadOptions = {}): Promise<void> => {
  if (sync && !wasm) return Promise.reject(new OnCueError('wasm_not_given', 'The single-file build brings no engine that syncs: give engine.wasm the address of oncue.sync.wasm.'));
  return loadFrom({ wasm: wasm ?? wasmBytes() });
};
