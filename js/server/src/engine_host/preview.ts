// What definitions would give over the events in the store.
import { createEngine, type Definitions, type Engine } from '@oncue/engine';
import { type Detail, unprocessable } from '../errors.js';
import { isObject, readObject } from '../registry/body.js';
import { publishedBundle } from '../registry/bundle.js';
import { type Registry, type RegistryObject, versionOf } from '../registry/objects.js';
import { attributesIn, keyNameOf, resolve, valueNames } from '../registry/references.js';
import { secondsOf } from '../registry/stream_attributes.js';
import type { Entry } from '../storage/store.js';

const MOST_APPS = 10;
const MOST_IDS = 50;
const SAMPLE_IDS = 10;
/** Newest events that a preview looks at. */
export const PREVIEW_EVENTS = 100_000;
const DURATION = /^P(?!$)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$/;

type Pages = AsyncIterable<readonly Entry[]>;
type Json = Record<string, unknown>;
const at = (field: string, msg: string): Detail => ({ loc: ['body', field], msg, type: 'invalid' });

function readTexts(body: Json, field: string, most: number): string[] {
  const list = body[field] ?? [];
  if (Array.isArray(list) && list.length <= most && list.every((one) => typeof one === 'string')) return list as string[];
  throw unprocessable([at(field, `This field must be a list of at most ${most} texts.`)]);
}

/** ms of `window`, default an hour. */
export function readWindow(body: unknown): number {
  const window = (isObject(body) ? body.window : undefined) ?? 'PT1H';
  const isDuration = typeof window === 'number' ? window > 0 : typeof window === 'string' && DURATION.test(window);
  if (!isDuration) throw unprocessable([at('window', 'The window must be a duration such as "PT1H".')]);
  return secondsOf(window) * 1000;
}

/** The SDK sends a batch source's `schema` under its own name. */
function readGroup(registry: Registry, body: Json): RegistryObject {
  const group = body.attribute_group;
  if (isObject(group) && isObject(group.batch_source) && 'schema_' in group.batch_source) {
    const { schema_, ...rest } = group.batch_source;
    return readObject(registry, 'attribute_groups', { ...group, batch_source: { ...rest, schema: schema_ } });
  }
  return readObject(registry, 'attribute_groups', group);
}

async function replay(definitions: object, events: Pages, appIds: readonly string[]): Promise<Engine> {
  const engine = createEngine<Definitions>({ definitions, appIds, seed: 0, includeUnpublished: true, rememberIds: true, timeDriven: false });
  for await (const page of events) for (const { body, at, format } of page) engine.track(body, { now: at, format });
  return engine;
}

const wholeBody = (body: unknown): Json => {
  if (isObject(body)) return body;
  throw unprocessable([{ loc: ['body'], msg: 'The body must be a JSON object.', type: 'wrong_type' }]);
};

/** @throws {HttpError} 422 when it is no JSON object */
export const readWhole = (text: string): Json => wholeBody(JSON.parse(text));

/** Columns of an attribute group's values, for the ids asked for or for a sample. */
export async function previewGroup(registry: Registry, given: unknown, events: Pages, now: number): Promise<Record<string, unknown[]>> {
  const body = wholeBody(given);
  const group = readGroup(registry, body);
  const key = keyNameOf(group);
  const asked = readTexts(body, 'attribute_key_ids', MOST_IDS);
  const engine = await replay({ attribute_groups: [{ ...group, online: true }] }, events, readTexts(body, 'app_ids', MOST_APPS));
  try {
    const ids = asked.length > 0 ? asked : engine.ids(key).slice(0, SAMPLE_IDS);
    const rows = ids.map((id) => engine.groupAttributes(group.name, id, { version: versionOf(group), now }) ?? {});
    const columns = valueNames(group).map((name) => [name, rows.map((row) => (row as Json)[name] ?? null)]);
    return { [key]: ids, ...Object.fromEntries(columns) };
  } finally {
    engine.dispose();
  }
}

/** `changed` has no meaning without a before: it counts as true. */
function withoutChanged(criteria: Json): Json {
  if (criteria.operator === 'changed') {
    const { attribute } = criteria;
    return { any: [{ attribute, operator: 'is null' }, { attribute, operator: 'is not null' }] };
  }
  const branches = ['all', 'any', 'none'].filter((kind) => Array.isArray(criteria[kind]));
  return { ...criteria, ...Object.fromEntries(branches.map((kind) => [kind, (criteria[kind] as Json[]).map(withoutChanged)])) };
}

interface InterventionPreview {
  readonly scanned_count: number;
  readonly matched_count: number;
  readonly matches: Readonly<Record<string, readonly string[]>>;
}

function singleKey(registry: Registry, intervention: RegistryObject): string {
  const groups = attributesIn(intervention.criteria).map((reference) => [reference, resolve(registry, reference)] as const);
  const unknown = groups.filter(([, group]) => !group).map(([reference]) => reference);
  if (unknown.length > 0) throw unprocessable([at('intervention', `${unknown.join(', ')}: in no published attribute group.`)]);
  const keys = new Set(groups.map(([, group]) => (group ? keyNameOf(group) : '')));
  const [key] = keys;
  if (keys.size === 1 && key) return key;
  throw unprocessable([at('intervention', `The groups in the criteria must share one attribute key, not ${[...keys].join(' and ')}.`)]);
}

/** How many ids would match at `now`. */
export async function previewIntervention(registry: Registry, given: unknown, events: Pages, now: number): Promise<InterventionPreview> {
  const body = wholeBody(given);
  const intervention = readObject(registry, 'interventions', body.intervention);
  const key = singleKey(registry, intervention);
  const candidate = { ...intervention, criteria: withoutChanged(intervention.criteria as Json), is_published: true };
  const definitions = { ...publishedBundle(registry), services: [], interventions: [candidate] };
  const engine = await replay(definitions, events, readTexts(body, 'app_ids', MOST_APPS));
  try {
    const scanned = engine.ids(key);
    const matches = scanned.filter((id) => engine.explain(intervention.name, { [key]: id }, now)?.criteria.holds);
    return { scanned_count: scanned.length, matched_count: matches.length, matches: { [key]: matches } };
  } finally {
    engine.dispose();
  }
}
