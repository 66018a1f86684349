export { createLogger } from './operations/logger.js';
export { type MintOptions, mintSyncToken } from './sync/tokens.js';
export { type RunningServer, type ServerOptions, startServer } from './server.js';
