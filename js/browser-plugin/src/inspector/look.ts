import type { AttributeExplanation, Engine, InterventionExplanation } from '@oncue/engine';

export interface Group {
  name: string;
  version: number;
  key: string;
  /** Of the latest event; null when it had none. */
  id: string | null;
  attributes: AttributeExplanation[];
}

/** What an engine knows at one moment. Plain data, so that another tab can send it. */
export interface Look {
  /** Epoch ms. */
  at: number;
  groups: Group[];
  interventions: InterventionExplanation[];
  /** What was left out because there is so much of it. */
  hidden: { attributes: number; interventions: number };
}

/** More than this of a kind is a wall, not a view; a filter narrows it. */
const SHOWN_MAX = 150;

/**
 * @param at epoch ms, not before the engine's own clock
 * @param filter what names must contain, in any case; '' for all
 */
export function lookInto(engine: Engine, at: number, filter = ''): Look {
  const isWanted = (name: string): boolean => name.toLowerCase().includes(filter.toLowerCase());
  const catalog = engine.catalog();
  const newest = [...new Set(catalog.interventions.map(({ name }) => name))].filter(isWanted);
  let room = SHOWN_MAX;
  let hiddenAttributes = 0;
  const groups = catalog.groups.flatMap(({ name, version, attribute_key: key, attributes }) => {
    const wanted = isWanted(name) ? attributes : attributes.filter(isWanted);
    const explained = wanted.slice(0, room).flatMap((attribute) => {
      const explanation = engine.explain(`${name}:${attribute}`, undefined, at);
      return explanation?.version === version ? [explanation] : [];
    });
    room -= Math.min(room, wanted.length);
    hiddenAttributes += wanted.length - Math.min(wanted.length, SHOWN_MAX);
    return explained.length ? [{ name, version, key, id: explained[0]?.id ?? null, attributes: explained }] : [];
  });
  const interventions = newest.slice(0, SHOWN_MAX).flatMap((name) => engine.explain(name, undefined, at) ?? []);
  return { at, groups, interventions, hidden: { attributes: hiddenAttributes, interventions: newest.length - interventions.length } };
}
