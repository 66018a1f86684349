// The engine of the UMD build: its wasm file lies beside the script, whose address is known only while it runs.
import { load as loadFrom, type LoadOptions } from '@oncue/engine/slim';

export * from '@oncue/engine/slim';

const script = typeof document === 'undefined' ? null : (document.currentScript as HTMLScriptElement | null);
const address = script?.src;

export const load = ({ wasm = address && new URL(WASM_FILE, address) }: LoadOptions = {}): Promise<void> =>
  loadFrom(wasm ? { wasm } : {});
