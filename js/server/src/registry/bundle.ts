// Definitions as the engine and the plugin load them.
import { createHash } from 'node:crypto';
import { idOf, type Registry, type RegistryObject } from './objects.js';
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

/** All that is published, and the keys it needs. */
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

/** The bundle's text with its strong entity tag. */
export function describe(bundle: Bundle): { readonly text: string; readonly etag: string } {
  const text = JSON.stringify(bundle);
  return { text, etag: `"${createHash('sha256').update(text).digest('base64url')}"` };
}
