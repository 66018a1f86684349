import { instantiate } from '../page_glue.js';
import { loaderFor } from '../loader.js';

export * from '../index.js';
export const load = /* @__PURE__ */ loaderFor({
  standard: () => new URL('./oncue.page.wasm', import.meta.url),
  open: (location) => fetch(location),
  instantiate,
  file: 'oncue.page.wasm',
});
