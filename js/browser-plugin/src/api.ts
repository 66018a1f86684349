import type { AttributeExplanation, InterventionExplanation } from '@oncue/engine';
import { readAnswers, type Values } from './reading.js';
import { countUndelivered } from './handlers.js';
import { announceClear, getPage, getSkipped } from './core.js';
import type { AttributeKeyId, AttributeKeyName, Inspectable, PluginStats } from './types.js';

const read = (method: string, ...args: unknown[]): unknown => readAnswers(getPage()?.engine, method, args);

/**
 * The attributes of every group under an attribute key, as of now: group -> attribute -> value, null where nothing is
 * known. Undefined until the engine is ready, for an unknown key, and when there is no id.
 * @param id default: the id of the latest event
 */
export function getAttributes(keyName: AttributeKeyName, id?: AttributeKeyId): Record<string, Values> | undefined {
  return read('getAttributes', keyName, id) as Record<string, Values> | undefined;
}

/**
 * A service's attributes under one key as a flat object, the key and its id first, then attribute -> value. Undefined
 * until the engine is ready, for an unknown service, and when there is no id.
 * @param keyName default: the first key of the service's groups for which the latest event has an id
 * @param id default: the id of the latest event
 */
export function getServiceAttributes(
  service: string,
  keyName?: AttributeKeyName,
  id?: AttributeKeyId
): Values | undefined {
  return read('getServiceAttributes', service, keyName, id) as Values | undefined;
}

/**
 * The criteria of an intervention with the values they see now, and what keeps it from firing; of `group:attribute` what it
 * holds and since when. Undefined until the engine is ready and for an unknown name. Pages whose definitions are plain have
 * an engine that cannot explain: the first call has the larger one loaded and answers undefined as long as that takes;
 * `ask('explain', name)` waits for it.
 */
export function explain(name: `${string}:${string}`): AttributeExplanation | undefined;
export function explain(name: string): InterventionExplanation | undefined;
export function explain(name: string): AttributeExplanation | InterventionExplanation | undefined {
  const engine = getPage()?.engine;
  if (engine?.canExplain) return engine.explain(name);
  void engine?.upgrade().catch(() => {});
  return undefined;
}

/**
 * The answer of `getAttributes`, `getServiceAttributes` or `explain` in any tab: those answer at once, but only in the tab
 * that has the engine. Undefined when they would answer so, or the tab with the engine does not answer.
 */
export function ask(method: 'getAttributes', keyName: AttributeKeyName, id?: AttributeKeyId): Promise<Record<string, Values> | undefined>;
export function ask(
  method: 'getServiceAttributes',
  service: string,
  keyName?: AttributeKeyName,
  id?: AttributeKeyId
): Promise<Values | undefined>;
export function ask(method: 'explain', name: `${string}:${string}`): Promise<AttributeExplanation | undefined>;
export function ask(method: 'explain', name: string): Promise<InterventionExplanation | undefined>;
export function ask(method: string, ...args: unknown[]): Promise<any> {
  return getPage()?.profile.ask(method, ...args) ?? Promise.resolve();
}

/** Counters of the plugin and its engine. */
export function getStats(): PluginStats {
  const own = getPage()?.stats() ?? { state: 'idle', waiting: 0, dropped: 0, unsaved: 0, undelivered: 0 };
  return { ...own, skipped: getSkipped(), undelivered: own.undelivered + countUndelivered() };
}

/**
 * Forgets everything the plugin knows of this visitor, in all tabs and on disk, and starts anew with the same definitions.
 * Whoever else keeps something of the visitor, such as webhookHandler, hears of it by the window's event `oncue:clear`.
 * Resolves when it is done.
 */
export function clearLocalSignals(): Promise<void> {
  const page = getPage();
  if (!page && typeof window !== 'undefined') announceClear();
  return page?.clear() ?? Promise.resolve();
}

/** For the inspector; undefined while no tracker uses the plugin. */
export const inspect = (): Inspectable | undefined => getPage();

/**
 * Everything the plugin knows and stores of this visitor, as an object that is plain JSON: the values by attribute key, id,
 * group and attribute, under `stored` the database as it is, bytes as base64, and under `webhooks` the posts of webhookHandler
 * that wait.
 */
export function exportLocalSignals(): Promise<Record<string, unknown>> {
  return getPage()?.exportAll() ?? Promise.resolve({});
}
