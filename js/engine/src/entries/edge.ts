import { OnCueError } from '../errors.js';
import { instantiate } from '../full_glue.js';
import { loaderFor } from '../loader.js';

export * from '../index.js';
export const load = /* @__PURE__ */ loaderFor({
  standard() {
    const message = 'Edge runtimes want the module imported: import wasm from "@oncue/engine/oncue.wasm?module"; await load({wasm})';
    throw new OnCueError('wasm_not_given', message);
  },
  open: (location) => fetch(location),
  instantiate,
  file: 'oncue.wasm',
});
