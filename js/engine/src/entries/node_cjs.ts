import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { instantiate } from '../full_glue.js';
import { loaderFor } from '../loader.js';
import { openInNode } from '../node_host.js';

export * from '../index.js';
export { readIds } from '../read_ids.js';
export const load = loaderFor({
  standard: () => join(__dirname, '..', 'oncue.wasm'),
  open: (location) => openInNode(location, readFile),
  instantiate,
  file: 'oncue.wasm',
});
