// Who computes what. Each attribute key has an engine of its own in every partition, and that of the partition to which an
// id belongs counts for it. An intervention that reads one key is computed there too. One that needs more than that
// partition knows is computed in one place for all ids, the joint engine.
import { type Bundle, describe, engineBundle, publishedBundle, registeredBundle } from '../registry/bundle.js';
import { groupsIn, keyNameOf, linksOf, namesOf } from '../registry/references.js';
import { idOf, type Registry, type RegistryObject } from '../registry/objects.js';

/** The engine of all ids; no attribute key can have its name. */
export const JOINT = '*';

/** Limits that count what was told to a target, whoever computed it. */
const SHARED_LIMITS = ['cooldown', 'max_per_session', 'max_per_day', 'max_total'];

export interface Layout {
  readonly revision: number;
  readonly registry: Registry;
  /** What is published, as text with its entity tag. */
  readonly definitions: { readonly text: string; readonly etag: string };
  /** What each engine loads, by attribute key, or JOINT. */
  readonly engines: ReadonlyMap<string, { readonly text: string; readonly etag: string }>;
  /** Attribute keys that the joint engine counts for. */
  readonly jointKeys: ReadonlySet<string>;
  /** Name and version of the interventions that it computes, and why. */
  readonly joint: ReadonlyMap<string, string>;
}

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const deliveryOf = ({ delivery }: RegistryObject): Json => (isObject(delivery) ? delivery : {});

class Planner {
  private readonly keysOfGroup = new Map<string, Set<string>>();

  constructor(groups: readonly RegistryObject[]) {
    for (const group of groups) {
      const keys = this.keysOfGroup.get(group.name) ?? new Set();
      this.keysOfGroup.set(group.name, keys.add(keyNameOf(group)));
    }
  }

  /** Keys whose ids an intervention reads values of; of a group all versions, as they may take each other's place. */
  keysRead(intervention: RegistryObject): Set<string> {
    const { cancel_if } = deliveryOf(intervention);
    const payload = linksOf(intervention.payload_attribute_groups).map(({ name }) => name);
    const groups = new Set([...groupsIn(intervention.criteria), ...groupsIn(cancel_if), ...payload]);
    return new Set([...groups].flatMap((name) => [...(this.keysOfGroup.get(name) ?? [])]));
  }

  /** Why one partition does not know enough for it; undefined when it does. */
  whyJoint(intervention: RegistryObject, keys: ReadonlySet<string>): string | undefined {
    if (keys.size > 1) return `it reads ${[...keys].join(' and ')}`;
    const delivery = deliveryOf(intervention);
    const others = namesOf(intervention.target_attribute_keys).filter((name) => !keys.has(name));
    const limit = SHARED_LIMITS.find((name) => delivery[name] !== undefined);
    if (others.length > 0 && limit) return `"${limit}" counts what ${others.join(' and ')} was told, and it reads ${[...keys].join()}`;
    if (others.length > 0 && delivery.exclusive_group !== undefined) return `its exclusive group is shared with ${others.join(' and ')}`;
    return undefined;
  }
}

/** An exclusive group whose members are computed in several places could let several through. */
function withTheirGroups(interventions: readonly RegistryObject[], planner: Planner, joint: Map<string, string>): void {
  const homes = new Map<unknown, Set<string>>();
  const isJoint = (one: RegistryObject) => joint.has(idOf('interventions', one));
  for (const one of interventions) {
    const { exclusive_group: group } = deliveryOf(one);
    if (group === undefined) continue;
    const home = isJoint(one) ? JOINT : ([...planner.keysRead(one)][0] ?? JOINT);
    homes.set(group, (homes.get(group) ?? new Set()).add(home));
  }
  for (const one of interventions) {
    const { exclusive_group: group } = deliveryOf(one);
    if (!isJoint(one) && (homes.get(group)?.size ?? 0) > 1) joint.set(idOf('interventions', one), `its exclusive group ${JSON.stringify(group)} has members that read other keys`);
  }
}

/** Pure: every server has the same layout of the same registry. */
export function planLayout(registry: Registry): Layout {
  const bundle = engineBundle(registry);
  const { attribute_groups: groups, interventions } = bundle;
  const planner = new Planner(groups);
  const joint = new Map<string, string>();
  for (const one of interventions) {
    const why = planner.whyJoint(one, planner.keysRead(one));
    if (why !== undefined) joint.set(idOf('interventions', one), why);
  }
  withTheirGroups(interventions, planner, joint);
  const jointOnes = interventions.filter((one) => joint.has(idOf('interventions', one)));
  const jointKeys = new Set(jointOnes.flatMap((one) => [...planner.keysRead(one)]));
  const engines = new Map<string, { text: string; etag: string }>();
  // Those of groups that are not published, too: their values wait there.
  for (const key of new Set(registry.list('attribute_groups').map(keyNameOf))) {
    const own = interventions.filter((one) => !joint.has(idOf('interventions', one)) && planner.keysRead(one).has(key));
    engines.set(key, describe({ ...bundle, services: [], attribute_groups: groups.filter((group) => keyNameOf(group) === key), interventions: own }));
  }
  if (jointOnes.length > 0) {
    const needed = groups.filter((group) => jointKeys.has(keyNameOf(group)));
    engines.set(JOINT, describe({ ...bundle, services: [], attribute_groups: needed, interventions: jointOnes }));
  }
  return { revision: registry.revision, registry, definitions: describe(publishedBundle(registry)), engines, jointKeys, joint };
}

/** What the engine of a key may know values of: everything registered, as `registeredBundle` names it. */
export function registeredText({ registry, engines }: Layout, key: string): string {
  const bundle = registeredBundle(registry);
  const { interventions } = JSON.parse(engines.get(key)?.text ?? '{}') as Partial<Bundle>;
  return JSON.stringify({ ...bundle, services: [], attribute_groups: bundle.attribute_groups.filter((group) => keyNameOf(group) === key), interventions: interventions ?? [] });
}
