import { readFile } from 'node:fs/promises';
import { loaderFor } from '../loader.js';
import { openInNode } from '../node_host.js';

export * from '../index.js';
export const load = loaderFor({
  standard: () => new URL('./oncue.wasm', import.meta.url),
  open: (location) => openInNode(location, readFile),
});
