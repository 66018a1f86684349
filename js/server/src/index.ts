export { createLogger } from './operations/logger.js';
export { type RunningServer, type ServerOptions, startServer } from './server.js';
