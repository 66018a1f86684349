import type { SelfDescribingJson } from '@snowplow/browser-tracker';

/** An object pushed to a data layer; `gtag('event', name, {...})` is read as `{event: name, ...}`. */
export type DataLayerPush = Record<string, any>;

/** A value, or a function that reads it from the push. */
export type FromPush<T> = T | ((push: DataLayerPush) => T);

interface EventRow {
  /** Entities beside those of the page and the session. */
  entities?: FromPush<SelfDescribingJson[]>;
  /** Whether the event is sent to the collector as well; default: what the source says. */
  send?: boolean;
}

/** Makes a self-describing event. */
export interface SelfDescribingRow extends EventRow {
  /** `iglu:vendor/name/jsonschema/1-0-0` */
  schema: string;
  /** Default: the push without `event` and what Tag Manager adds (`gtm.*`, `eventCallback` ...). */
  data?: FromPush<Record<string, unknown>>;
}

/** Makes a structured event. */
export interface StructuredRow extends EventRow {
  category: FromPush<string>;
  action: FromPush<string>;
  label?: FromPush<string | undefined>;
  property?: FromPush<string | undefined>;
  value?: FromPush<number | undefined>;
}

export type DataLayerRow = SelfDescribingRow | StructuredRow;

/** What a push becomes, by its `event`: one row, several, or a function that decides; null and undefined mean nothing. */
export type DataLayerMap = Record<string, DataLayerRow | DataLayerRow[] | ((push: DataLayerPush) => DataLayerRow | null | undefined)>;

export interface DataLayerSourceConfiguration {
  map: DataLayerMap;
  /** Names of the containers on `window`; default `dataLayer`. One that does not exist yet is made. */
  name?: string | string[];
  /** Whether events are sent to the collector as well; default false: they count in the page only. */
  send?: boolean;
}
