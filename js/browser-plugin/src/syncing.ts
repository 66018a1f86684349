// What a page with option `sync` loads with its definitions.
export { createSyncing } from './sync/lazily.js';
