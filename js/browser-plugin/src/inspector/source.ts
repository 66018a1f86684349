import type { Engine } from '@oncue/engine';
import type { ActivityListener, Inspectable, PluginStats } from '../types.js';
import { lookInto, type Look } from './look.js';

/** The parts of `@oncue/browser-plugin` that the inspector uses: its own import of them, or those of a script tag. */
export interface InspectedPlugin {
  inspect(): Inspectable | undefined;
  getStats(): PluginStats;
  subscribeToActivity(listener: ActivityListener): () => void;
}

/** An engine's inner state between two activities. */
export interface Capture {
  /** Bytes of Engine.snapshot(). */
  state: Uint8Array<ArrayBuffer>;
  /** As JSON text. */
  definitions: string;
  /** Epoch ms. */
  at: number;
}

/** Where the inspector looks, wherever the engine is. */
export interface InspectorSource {
  /** Tells of every activity from now on; returns a function that ends it. */
  subscribe(listener: ActivityListener): () => void;
  /**
   * Calls back, at once or later, with the state after the last activity that `subscribe` told of. Not at all until the
   * engine is ready.
   */
  capture(take: (capture: Capture) => void): void;
  /** Undefined until the engine is ready. */
  look(filter: string): Promise<Look | undefined>;
  stats(): Promise<PluginStats>;
  /** A spare engine with the same definitions and options, for the caller to dispose of. */
  spare(): Promise<Engine>;
}

const asText = (definitions: unknown): string => (typeof definitions === 'string' ? definitions : JSON.stringify(definitions, null, 2));

/** The engine of this very page. */
export function localSource(plugin: InspectedPlugin): InspectorSource {
  const ready = (): Inspectable => {
    const page = plugin.inspect();
    if (page?.engine) return page;
    throw new Error('the engine is not ready');
  };
  return {
    subscribe: (listener) => plugin.subscribeToActivity(listener),
    capture(take) {
      const page = plugin.inspect();
      if (page?.engine) take({ state: page.engine.snapshot(), definitions: asText(page.definitions), at: Date.now() });
    },
    async look(filter) {
      const engine = plugin.inspect()?.engine;
      return engine && lookInto(engine, Math.max(Date.now(), engine.now()), filter);
    },
    stats: async () => plugin.getStats(),
    spare: async () => ready().create(),
  };
}
