import { OnCueError } from '../errors.js';
import { loaderFor } from '../loader.js';
import { instantiate } from '../page_glue.js';
import { instantiatePlain, isPlain } from '../plain/glue.js';

export * from '../index.js';
/** Unlike that of `@oncue/engine`, it looks for no file: `wasm` must be given. */
export const load = /* @__PURE__ */ loaderFor({
  standard() {
    throw new OnCueError('wasm_not_given', 'This build looks for no file: give load({wasm}) the address or the bytes of oncue.page.wasm.');
  },
  open: (location) => fetch(location),
  instantiate,
  file: 'oncue.page.wasm',
  plain: { standard: () => undefined, instantiate: instantiatePlain, isEnough: isPlain },
});
