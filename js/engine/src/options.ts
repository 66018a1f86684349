import type { Definitions } from './definitions.js';

/** All optional; what is left out has the engine's own default. */
export interface EngineOptions {
  /** Most recent relevant events a window keeps; default 100, at most 100,000. */
  windowEventLimit?: number | 'unlimited';
  /** TTL in ms of lifetime attributes that have none; 0 (default) keeps them for ever. */
  defaultTtlMs?: number;
  /** `false`: time passing changes nothing, only events do. */
  timeDriven?: boolean;
  /** Which ids a tick looks at: those of the latest event (a page, default), or all (servers, tools). */
  wake?: 'latest' | 'all';
  /** `'edge'`: an intervention fires at every false-to-true edge instead of once per target. */
  refire?: 'never' | 'edge';
  /** `true`: definitions with `is_published: false` count too. */
  includeUnpublished?: boolean;
  /** `true`: values of attributes that new definitions lack wait for definitions that have them again. */
  keepUnknown?: boolean;
  /** `true`: ids() also lists ids that updated nothing. */
  rememberIds?: boolean;
  /** Most ids kept of each attribute key, those seen last; 0 (default) keeps all. Beyond, a 64th of them leaves at once. Latches outlive evicted ids. */
  maxIdsPerKey?: number;
  /** A `domain_sessionid` is dropped this many ms after it was last seen; 0 (default) never. */
  sessionIdsMs?: number;
  /** `true`: each fired intervention carries its explain tree. */
  explainFires?: boolean;
  /** Attribute keys that span devices: their latch alone decides. */
  syncKeys?: readonly string[];
  /** Where values of `syncKeys` come from once sync() is in use: this engine's events too (default), or sync() alone, as on a server. */
  syncSource?: 'events' | 'facts';
  /** Only events with one of these app ids count; default all. */
  appIds?: readonly string[];
  /** Hosts whose referrers are `internal`, besides the page's own. */
  internalDomains?: readonly string[];
  /** `useragent` of events without `ua`, which the browser tracker does not send; the plugin gives navigator.userAgent. */
  userAgent?: string;
  /** `false`: the mkt_* fields stay empty. */
  campaignAttribution?: boolean;
  /** Enrich's campaign configuration: `{"mktMedium":["utm_medium"],...,"mktClickId":{"gclid":"Google"}}`. */
  campaigns?: object;
  /** `{medium:{source:{domains:[],parameters:[]}}}`, looked up before the built-in table. */
  referrers?: object;
  /** Of intervention ids and the replica id: the same seed gives the same ids. Default: random. */
  seed?: number | bigint | string;
}

export interface CreateOptions<D extends Definitions> extends EngineOptions {
  definitions: D;
}

const texts = (_name: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);
const nested = (value: object | undefined): string | undefined => value && JSON.stringify(value);
const randomSeed = (): string => String(crypto.getRandomValues(new BigUint64Array(1))[0]);

/** Options as the JSON text that core reads. */
export function optionsJson({ campaigns, referrers, seed = randomSeed(), ...rest }: EngineOptions): string {
  return JSON.stringify({ ...rest, seed, campaigns: nested(campaigns), referrers: nested(referrers) }, texts);
}
