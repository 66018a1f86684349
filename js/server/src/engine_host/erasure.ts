// Removes the events that name an id which is to be forgotten.
import { createEngine, type Definitions, type Engine } from '@oncue/engine';
import type { Registry } from '../registry/objects.js';
import type { Entry, Erasure, Store } from '../storage/store.js';

const TEXT_LIMIT = 64;

/** An engine that reads the one key of every event, whatever the event is. */
function keyReader(registry: Registry, key: string): Engine {
  const definition = registry.key(key) ?? { name: key };
  const attributes = [{ name: 'seen', type: 'int32', aggregation: 'counter' }];
  const group = { name: 'reader', attribute_key: definition, attributes, is_published: true };
  return createEngine<Definitions>({ definitions: { attribute_groups: [group] }, seed: 0, rememberIds: true, timeDriven: false });
}

function names(reader: Engine, { kind, body, format, at }: Entry, key: string, id: string): boolean {
  if (kind === 'forget') return body === JSON.stringify({ key, id });
  reader.track(body, { now: at, format });
  const found = reader.ids(key).includes(id);
  if (found) reader.forget(key, id);
  return found;
}

/** The longest run of plain characters of an id: what its event's text must contain, however it is escaped. */
function plainPart(id: string): string {
  const parts = id.match(/[A-Za-z0-9_.:@-]+/g) ?? [];
  return parts.reduce((longest, part) => (part.length > longest.length ? part : longest), '').slice(0, TEXT_LIMIT);
}

/**
 * Page by page, so that nobody waits for it.
 * @param upTo entries after this one are of who came back
 * @returns how many events were erased
 */
export async function eraseTraces(store: Store, registry: Registry, { key, id }: Erasure, upTo: number): Promise<number> {
  const text = plainPart(id);
  const reader = keyReader(registry, key);
  let count = 0;
  try {
    for (let after = 0; after < upTo; ) {
      const page = await store.search(text, after, upTo);
      const named = page.entries.filter((entry) => names(reader, entry, key, id));
      if (named.length > 0) await store.erase(named.map(({ seq }) => seq));
      count += named.filter(({ kind }) => kind === 'event').length;
      after = page.upTo;
    }
    return count;
  } finally {
    reader.dispose();
  }
}
