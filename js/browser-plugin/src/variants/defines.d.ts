/** Names of the wasm files that belong to this build. */
declare const WASM_FILE: string;
declare const SYNC_FILE: string;
declare const PLAIN_FILE: string;
