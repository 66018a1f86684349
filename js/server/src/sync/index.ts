// Sync without HTTP, for who brings a server, or a clock and a network, of his own.
export type { AppendAnswer, Facts, Head, StateOfId, SyncEngine } from './engine_calls.js';
export { type Maybe } from '../storage/sync/maybe.js';
export { MemorySyncStore } from '../storage/sync/memory_store.js';
export { type Id, placeOf } from './place.js';
export { RedisSyncStore } from '../storage/sync/redis_store.js';
export { SyncService, type SyncServiceOptions } from './service.js';
export type { ClaimReply, ClaimRequest, Hello, StateAnswer, Upload, UploadAnswer } from './service_types.js';
export { openSqliteSyncStore } from '../storage/sync/sqlite_store.js';
export type { Append, Appended, ClaimAnswer, ClaimAsked, Compaction, FinalClaim, Kept, KnownDefinitions, Place, SyncEntry, SyncOpened, SyncStore } from '../storage/sync/store.js';
export { type MintOptions, mintSyncToken } from './tokens.js';
