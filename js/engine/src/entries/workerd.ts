// workerd compiles WebAssembly when it deploys, never at run time: an import of a .wasm file is the compiled module.
import wasm from './oncue.wasm';
import { instantiate } from '../full_glue.js';
import { loaderFor } from '../loader.js';

export * from '../index.js';
export const load = loaderFor({
  standard: () => wasm,
  open: (location) => fetch(location),
  instantiate,
  file: 'oncue.wasm',
});
