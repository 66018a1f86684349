import type { AttributeValue, Engine } from '@oncue/engine';
import type { AttributeKeyId, AttributeKeyName } from './types.js';

export type Values = Record<string, AttributeValue>;

// Trackers loaded by sp.js call every export with a list of tracker ids behind the first argument.
const asText = (argument: unknown): string | undefined =>
  typeof argument === 'string' || typeof argument === 'number' ? String(argument) : undefined;

/** The id of the latest event under a key; undefined when it had none. */
function findLatestId(engine: Engine, keyName: AttributeKeyName): AttributeKeyId | undefined {
  return engine.latestId(keyName) as AttributeKeyId | undefined;
}

/** The first key among a service's groups for which the latest event has an id. */
function findServiceKey(engine: Engine, service: string): AttributeKeyName | undefined {
  const { groups, services } = engine.catalog();
  const keys = services
    .find(({ name }) => name === service)
    ?.groups.map((link) => groups.find(({ name, version }) => name === link.name && version === link.version)?.attribute_key);
  return keys?.find((key) => key !== undefined && findLatestId(engine, key) !== undefined);
}

function readAttributes(engine: Engine, keyName: AttributeKeyName, id?: unknown): Record<string, Values> | undefined {
  const of = asText(id) ?? findLatestId(engine, keyName);
  return of === undefined ? undefined : engine.attributes(keyName, of);
}

function readService(engine: Engine, service: string, keyName?: unknown, id?: unknown): Values | undefined {
  const key = asText(keyName) ?? findServiceKey(engine, service);
  const of = key && (asText(id) ?? findLatestId(engine, key));
  return of ? engine.serviceAttributes(service, key as string, of) : undefined;
}

/** Everything the engine knows, by key and id. */
function readAll(engine: Engine): Record<string, Record<string, unknown>> {
  const all: Record<string, Record<string, unknown>> = {};
  for (const { attribute_key: key } of engine.catalog().groups) {
    all[key] ??= Object.fromEntries(engine.ids(key).map((id) => [id, engine.attributes(key, id)]));
  }
  return all;
}

const answers: Record<string, (engine: Engine, ...args: never[]) => unknown> = {
  getAttributes: readAttributes,
  getServiceAttributes: readService,
  async explain(engine, name: string) {
    await engine.upgrade();
    return engine.explain(name);
  },
  getAll: readAll,
  snapshot: (engine) => engine.snapshot(),
};

/** What the engine says, or a promise of it; undefined without an engine, and for an unknown method. */
export function readAnswers(engine: Engine | undefined, method: string, args: unknown[]): unknown {
  return engine && answers[method]?.(engine, ...(args as never[]));
}
