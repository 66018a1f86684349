// The engine of the UMD build: its wasm files lie beside the script, whose address is known only while it runs.
import { load as loadFrom, type LoadOptions } from '@oncue/engine/slim';

export * from '@oncue/engine/slim';

const script = typeof document === 'undefined' ? null : (document.currentScript as HTMLScriptElement | null);
const address = script?.src;
const beside = (file: string) => (address ? new URL(file, address) : undefined);

export const load = (options: LoadOptions = {}): Promise<void> =>
  loadFrom(options.wasm ? options : { ...options, plainWasm: options.plainWasm ?? beside(PLAIN_FILE), wasm: beside(options.sync ? SYNC_FILE : WASM_FILE) });
