/** Name of the wasm file that belongs to this build. */
declare const WASM_FILE: string;
