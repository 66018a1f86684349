import base64 from 'oncue-wasm-base64';

/** The bytes of oncue.page.wasm, for `load({ wasm: wasmBytes() })` where no other file can be served. */
export const wasmBytes = (): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
