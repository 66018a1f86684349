import type { Engine } from '@oncue/engine';
import { isAllowed } from '../consent.js';
import type { OwnProfile } from '../tabs/profile_types.js';
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

/**
 * Where this page's events go: to its own engine, which may still be loading; to that of another tab; nowhere, since `enabled`
 * says no; nowhere yet, since it did until now and no event has come.
 */
export type Whereabouts = 'here' | 'elsewhere' | 'refused' | 'unbegun';

/** Where the inspector looks, wherever the engine is. */
export interface InspectorSource {
  /** Tells of every activity from now on; returns a function that ends it. */
  subscribe(listener: ActivityListener): () => void;
  /**
   * Calls back, at once or later, with the state after the last activity that `subscribe` told of. Not at all until the
   * engine is ready.
   */
  capture(take: (capture: Capture) => void): void;
  /** Undefined until the engine is ready, and in a tab that follows until that one could read what the other knows. */
  look(filter: string): Promise<Look | undefined>;
  whereabouts(): Whereabouts;
  stats(): Promise<PluginStats>;
  /** A spare engine with the same definitions and options, for the caller to dispose of. */
  spare(): Promise<Engine>;
}

const asText = (definitions: unknown): string => (typeof definitions === 'string' ? definitions : JSON.stringify(definitions, null, 2));

/** The plugin's own log has it. */
const SILENT = { error: () => {} };

/** A plugin that does not say takes part. */
const takesPart = (page: Inspectable & { profile?: Pick<OwnProfile, 'isTakingPart'> }): boolean => page.profile?.isTakingPart !== false;

/** The engine of this page, or of the tab that has it. */
export function pageSource(plugin: InspectedPlugin): InspectorSource {
  let captured: Engine | undefined;

  /** Able to explain. */
  async function spare(): Promise<Engine> {
    const page = plugin.inspect();
    const engine = page?.create();
    await engine?.upgrade();
    if (engine) return engine;
    throw new Error('no tracker uses OnCue');
  }

  return {
    subscribe: (listener) =>
      plugin.subscribeToActivity((activity) => {
        // Another engine without a word, such as the one for anonymous events: what was kept belongs to the one before.
        const isOther = captured !== undefined && plugin.inspect()?.engine !== captured;
        if (isOther && activity.type !== 'start') listener({ type: 'start' });
        listener(activity);
      }),
    capture(take) {
      const page = plugin.inspect();
      captured = page?.engine;
      if (captured) take({ state: captured.snapshot(), definitions: asText(page?.definitions), at: Date.now() });
    },
    async look(filter) {
      const page = plugin.inspect();
      const running = page?.engine;
      await running?.upgrade();
      if (running && running === page?.engine) return lookInto(running, Math.max(Date.now(), running.now()), filter);
      const state = await page?.snapshot?.();
      // The other tab may answer while this one still loads what could read it.
      if (!state || plugin.getStats().state !== 'ready') return undefined;
      const engine = await spare();
      try {
        engine.restore(state);
        return lookInto(engine, Math.max(Date.now(), engine.now()), filter);
      } finally {
        engine.dispose();
      }
    },
    whereabouts() {
      const page = plugin.inspect();
      if (!page) return 'here';
      if (!isAllowed(page.configuration.enabled, '', SILENT)) return 'refused';
      if (!takesPart(page)) return 'unbegun';
      return page.snapshot && !page.engine && plugin.getStats().state === 'ready' ? 'elsewhere' : 'here';
    },
    stats: async () => plugin.getStats(),
    spare,
  };
}
