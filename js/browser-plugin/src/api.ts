import type { AttributeValue, Engine, Explanation } from '@oncue/engine';
import { follow, getOutlets, getPage, getSkipped } from './core.js';
import { countUndelivered } from './handlers.js';
import type { AttributeKeyId, AttributeKeyName, Inspectable, PluginStats } from './types.js';

type Values = Record<string, AttributeValue>;

// Trackers loaded by sp.js call every export with a list of tracker ids behind the first argument.
const asText = (argument: unknown): string | undefined => (typeof argument === 'string' ? argument : undefined);

/** The id of the latest event under a key; undefined when it had none, or no group uses the key. */
function findLatestId(engine: Engine, keyName: AttributeKeyName): AttributeKeyId | undefined {
  const group = engine.catalog().groups.find((one) => one.attribute_key === keyName && one.attributes.length);
  const explanation = group && engine.explain(`${group.name}:${group.attributes[0]}`);
  return (explanation?.id as AttributeKeyId | null | undefined) ?? undefined;
}

/** The first key among a service's groups for which the latest event has an id. */
function findServiceKey(engine: Engine, service: string): AttributeKeyName | undefined {
  const { groups, services } = engine.catalog();
  const keys = services
    .find(({ name }) => name === service)
    ?.groups.map((link) => groups.find(({ name, version }) => name === link.name && version === link.version)?.attribute_key);
  return keys?.find((key) => key !== undefined && findLatestId(engine, key) !== undefined);
}

/**
 * The attributes of every group under an attribute key, as of now: group -> attribute -> value, null where nothing is
 * known. Undefined until the engine is ready, for an unknown key, and when there is no id.
 * @param id default: the id of the latest event
 */
export function getAttributes(keyName: AttributeKeyName, id?: AttributeKeyId): Record<string, Values> | undefined {
  const engine = getPage()?.engine;
  if (!engine) return undefined;
  const of = asText(id) ?? findLatestId(engine, keyName);
  return of === undefined ? undefined : engine.attributes(keyName, of);
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
  const engine = getPage()?.engine;
  const key = engine && (asText(keyName) ?? findServiceKey(engine, service));
  if (!key) return undefined;
  const of = asText(id) ?? findLatestId(engine, key);
  return of === undefined ? undefined : engine.serviceAttributes(service, key, of);
}

/**
 * The criteria of an intervention with the values they see now, and what keeps it from firing. Undefined until the
 * engine is ready and for an unknown name.
 */
export function explain(name: string): Explanation | undefined {
  return getPage()?.engine?.explain(name);
}

/** Counters of the plugin and its engine. */
export function getStats(): PluginStats {
  const page = getPage();
  return {
    ...(page?.stats() ?? { state: 'idle', waiting: 0, dropped: 0 }),
    skipped: getSkipped(),
    undelivered: countUndelivered(),
  };
}

/**
 * Forgets everything the plugin knows of this visitor and starts anew with the same definitions. Whoever else keeps
 * something of the visitor, such as webhookHandler, hears of it by the window's event `oncue:clear`.
 */
export function clearLocalSignals(): void {
  getPage()?.clear();
  for (const outlet of getOutlets()) follow(outlet);
  if (typeof window !== 'undefined') dispatchEvent(new Event('oncue:clear'));
}

/** For the inspector; undefined while no tracker uses the plugin. */
export const inspect = (): Inspectable | undefined => getPage();
