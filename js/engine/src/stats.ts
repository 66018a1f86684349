/** Counters since the engine was created or restored; JSON of core's stats() and the size of memory. */
export interface EngineStats {
  /** Bytes of WebAssembly memory, shared by all engines of the page or process. */
  memoryBytes: number;
  /** What was not delivered, by reason. */
  held_back: Record<string, number>;
  [counter: string]: unknown;
}

/** What is loaded. */
export interface Catalog {
  groups: { name: string; version: number; attribute_key: string; attributes: string[] }[];
  services: { name: string; groups: { name: string; version: number }[] }[];
  interventions: { name: string; version: number }[];
}
