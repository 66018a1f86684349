// Definitions as the engine and the plugin load them.
import { createHash } from 'node:crypto';
import { idOf, isPublished, type Registry, type RegistryObject } from './objects.js';
import { keyNameOf, namesOf } from './references.js';

export interface Bundle {
  readonly attribute_keys: readonly RegistryObject[];
  readonly attribute_groups: readonly RegistryObject[];
  readonly services: readonly RegistryObject[];
  readonly interventions: readonly RegistryObject[];
}

/** A group with the whole of its key: as registered, else as the group spells it out, else the built-in one. */
export function withKey(registry: Registry, group: RegistryObject): RegistryObject {
  const registered = registry.get('attribute_keys', keyNameOf(group));
  return registered ? { ...group, attribute_key: registered } : group;
}

/** An intervention with its extension object, where it has one. */
export function withDelivery(registry: Registry, intervention: RegistryObject): RegistryObject {
  const delivery = registry.get('deliveries', idOf('interventions', intervention))?.delivery;
  return delivery === undefined ? intervention : { ...intervention, delivery };
}

/** All that is published, and the keys it needs. What pages load. */
export function publishedBundle(registry: Registry): Bundle {
  const groups = registry.published('attribute_groups').map((group) => withKey(registry, group));
  const interventions = registry.published('interventions').map((one) => withDelivery(registry, one));
  const needed = new Set([...groups.map(keyNameOf), ...interventions.flatMap((one) => namesOf(one.target_attribute_keys))]);
  return {
    attribute_keys: registry.list('attribute_keys').filter(({ name, is_published }) => is_published === true || needed.has(name)),
    attribute_groups: groups,
    services: registry.published('services'),
    interventions,
  };
}

/** The same for the server's own engine, which keeps what is known of groups that are not published now. */
export function engineBundle(registry: Registry): Bundle {
  const bundle = publishedBundle(registry);
  const known = new Set(bundle.attribute_keys.map(({ name }) => name));
  const waiting = new Set(unpublishedGroups(registry).map(keyNameOf).filter((name) => !known.has(name)));
  const keys = [...waiting].map((name) => registry.key(name)).filter((key) => key !== undefined);
  return { ...bundle, attribute_keys: [...bundle.attribute_keys, ...keys] };
}

const unpublishedGroups = (registry: Registry): RegistryObject[] => registry.list('attribute_groups').filter((group) => !isPublished(group));

/**
 * Everything of which values may be known: what is published, and the other groups under names of their own, so that they
 * mean nothing to any intervention.
 */
export function registeredBundle(registry: Registry): Bundle {
  const bundle = engineBundle(registry);
  const taken = new Set(registry.list('attribute_groups').map(({ name }) => name));
  const free = (n: number): string => (taken.has(`waiting_${n}`) ? free(n + taken.size) : `waiting_${n}`);
  const waiting = unpublishedGroups(registry).map((group, n) => ({ ...withKey(registry, group), name: free(n), version: n + 1, is_published: true }));
  return { ...bundle, attribute_groups: [...bundle.attribute_groups, ...waiting] };
}

/** The bundle's text with its strong entity tag. */
export function describe(bundle: Bundle): { readonly text: string; readonly etag: string } {
  const text = JSON.stringify(bundle);
  return { text, etag: `"${createHash('sha256').update(text).digest('base64url')}"` };
}
