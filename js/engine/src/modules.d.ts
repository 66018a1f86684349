declare module 'oncue-glue' {
  export default function createOncueModule(options: {
    instantiateWasm(imports: WebAssembly.Imports, receive: (instance: WebAssembly.Instance) => void): object;
  }): Promise<unknown>;
}

declare module '*.wasm' {
  const module: WebAssembly.Module;
  export default module;
}

declare module 'oncue-wasm-base64' {
  const base64: string;
  export default base64;
}
