export * from '../index.js';
import { instantiatePlain, isPlain } from '../plain/glue.js';
import { loaderFor } from '../loader.js';

import { instantiate } from '../page_glue.js';
export const load = /* @__PURE__ */ loaderFor({
  standard: (syncs) => (syncs ? new URL('./oncue.sync.wasm', import.meta.url) : new URL('./oncue.page.wasm', import.meta.url)),
  open: (location) => fetch(location),
  instantiate,
  file: 'oncue.page.wasm',
  plain: { standard: () => new URL('./oncue.plain.wasm', import.meta.url), instantiate: instantiatePlain, isEnough: isPlain },
});
