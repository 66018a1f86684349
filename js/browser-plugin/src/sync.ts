// What a page with option `sync` loads.
export { startSync } from './sync/start.js';
