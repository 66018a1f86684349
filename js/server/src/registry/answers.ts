// Registry objects as the API answers them.
import { withDelivery, withKey } from './bundle.js';
import { asText, type Kind, type Registry, type RegistryObject, versionOf } from './objects.js';
import { isObject } from './body.js';

/** Path of a property in the event that the stream engine of Signals reads. */
export function bloblPath(property: unknown): string | null {
  if (!isObject(property)) return null;
  if (typeof property.vendor !== 'string') return `this.${asText(property.name)}`;
  const snake = (text: string) => text.replace(/([a-z0-9])([A-Z])/g, '$1_$2').replace(/[.-]/g, '_').toLowerCase();
  const schema = `${snake(property.vendor)}_${snake(asText(property.name))}_${asText(property.major_version)}`;
  const path = asText(property.path).replace(/^\$\.?/, '');
  if (property.type === 'event') return `this.unstruct_event_${schema}.${path}`;
  return `this.contexts_${schema}.${Number(property.index ?? 0)}.${path}`;
}

function keyAnswer(key: RegistryObject): RegistryObject {
  const atomic = { name: key.key ?? key.name };
  return { ...key, blobl_path: bloblPath(key.property ?? atomic) };
}

function groupAnswer(registry: Registry, group: RegistryObject): RegistryObject {
  const { attribute_key: key } = withKey(registry, group) as RegistryObject & { attribute_key: RegistryObject };
  const full = `${group.name}_v${versionOf(group)}`;
  const ttl = group.ttl ?? key.ttl;
  return {
    // Signals' inspector goes through both.
    attributes: null,
    fields: null,
    ...group,
    attribute_key: keyAnswer(key),
    attribute_key_or_name: key.key ?? key.name,
    full_name: full,
    feast_name: full,
    stream_source_name: `${group.name}_stream`,
    ...(ttl !== undefined && { attribute_group_or_attribute_key_ttl: ttl }),
  };
}

export function answerOf(registry: Registry, kind: Kind, object: RegistryObject): RegistryObject {
  if (kind === 'attribute_keys') return keyAnswer(object);
  if (kind === 'attribute_groups') return groupAnswer(registry, object);
  return kind === 'interventions' ? withDelivery(registry, object) : object;
}
