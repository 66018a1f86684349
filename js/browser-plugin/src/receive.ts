// What subscribeToInterventions loads.
export { createFetcher } from './receive/fetcher.js';
