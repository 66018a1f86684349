import { loaderFor } from '../loader.js';

export * from '../index.js';
export const load = /* @__PURE__ */ loaderFor({
  standard: () => new URL('./oncue.wasm', import.meta.url),
  open: (location) => fetch(location),
});
