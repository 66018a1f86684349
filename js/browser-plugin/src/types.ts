import type { BrowserTracker, Payload, SelfDescribingJson } from '@snowplow/browser-tracker';
import type { Definitions, Engine, EngineOptions, EngineStats, LoadOptions } from '@oncue/engine';
import type { RawJson } from './raw.js';

export type OneOrMore<T> = T | T[];
/** Name of an attribute key, such as `domain_userid`. */
export type AttributeKeyName = string;
export type AttributeKeyId = string;
export type HandlerId = string;
/** `id` of a tracker: the first argument of newTracker; with sp.js `<global function>_<name>`. */
export type TrackerId = string;

/** Typed as the attribute's definition says; a `category_count` is an object. */
export type PayloadValue = SignalsValue | Record<string, number>;
/** The values that `@snowplow/signals-browser-plugin` knows. */
export type SignalsValue = OneOrMore<string | number | boolean>;

/** @typeParam Value `PayloadValue` where a payload has a `category_count`; the default is what pages written for Signals' plugin expect */
export interface Intervention<Value extends PayloadValue = SignalsValue> {
  /** UUID, one per trigger. */
  intervention_id: string;
  name: string;
  version: number;
  /** `group:attribute` -> value, of the definition's payload_attribute_groups; empty without them. */
  attributes: Record<string, Value>;
  /** For whom it fired. */
  target_attribute_key?: { name: AttributeKeyName; id?: AttributeKeyId };
  /** Epoch milliseconds at which it fired. */
  at?: number;
  /** `event_id` of the event that fired it; null when time did. */
  event_id?: string | null;
  /**
   * With `sync`: for which person only one device shows it. `required`: it fired because of what other devices did, so this
   * one may not show it unasked.
   */
  claim?: { key: AttributeKeyName; id: AttributeKeyId; required: boolean };
}

/**
 * Acts on an intervention. Returning, or resolving, counts as handled; throwing, or rejecting, as failed. Either is
 * tracked as an event (see MeasurementOptions).
 */
export interface InterventionHandler {
  /** @param isAnonymous it fired for events without `domain_userid`: nothing of it may be stored */
  (intervention: Intervention, tracker: BrowserTracker, isAnonymous?: boolean): Promise<unknown> | unknown;
  /** It shows nothing: while no tab is visible it runs in the tab that leads, instead of waiting for one. */
  background?: boolean;
}
export type Handler = InterventionHandler;

export type MeasurementEvents = 'delivery' | 'dispatch_accept' | 'dispatch_error';
export type MeasurementSettings = Record<MeasurementEvents, boolean | ((intervention: Intervention) => boolean)>;
export type MeasurementContext =
  | SelfDescribingJson
  | ((
      measurement: MeasurementEvents,
      intervention: Intervention,
      data: Record<string, unknown>
    ) => SelfDescribingJson | null | undefined);

/** Which measurement events are tracked (default: all), and entities to attach to them. */
export type MeasurementOptions = boolean | (Partial<MeasurementSettings> & { context?: MeasurementContext[] });

/**
 * A JSON Pointer (RFC 6901) over an event's payload, such as `/domain_userid` or `/entities/com.acme/cart/id`; the first
 * slash can be left out.
 */
export type JSONPointer = string;
/** The first one with a value counts. */
export type JSONPointerList = OneOrMore<JSONPointer>;

/** Which server to receive interventions from, and for whom. */
export interface SignalsInterventionConfiguration {
  /** Host, or URL with an optional path; `https://` unless it says otherwise. */
  endpoint: string;
  /** Appended to `endpoint`; default `/api/v1/interventions`. */
  apiPath?: string;
  /** Where events hold the ids of an attribute key; added to those of `domain_userid` and `domain_sessionid`. */
  attributeKeyTargets?: Record<AttributeKeyName, JSONPointerList>;
  /** Ids known beforehand. */
  attributeKeyIds?: Record<AttributeKeyName, AttributeKeyId>;
  /** Milliseconds after which a connection that has not opened is given up, and tried again later; default 2500. */
  connectionTimeoutMs?: number;
}

/** Receives interventions for one tracker and hands them to `dispatch`; made when the tracker activates the plugin. */
export interface FetcherFactory {
  (tracker: BrowserTracker, dispatch: (intervention: Intervention, tracker: BrowserTracker) => void): Fetcher;
}

export interface Fetcher {
  /** Called by subscribeToInterventions. */
  configure(config: SignalsInterventionConfiguration): void;
  /** Called for every event of the tracker that may be used: neither opted out nor without consent. */
  update(payload?: Payload, explicitEntities?: Record<AttributeKeyName, AttributeKeyId>): void;
}

/** How the devices of a person are kept in step. */
export interface SyncConfiguration {
  /** Where @oncue/server is: host, URL with an optional path, or a path of the page's own host. */
  endpoint: string;
  /**
   * A token for the visitor who is signed in, from your back end: asked for when there is none or it has run out. Without
   * one (undefined or '') this visitor is not synced for now.
   */
  token: (key: AttributeKeyName, id: AttributeKeyId) => Promise<string | undefined>;
  /**
   * `local_first`: the server is asked before an intervention is shown; without an answer within 300 ms it is shown.
   * `claim_first`: it is shown only with the server's word, and waits for that.
   */
  mode: 'local_first' | 'claim_first';
  /** Attribute keys whose ids mean the same person on every device; default `['user_id']`. */
  keys?: AttributeKeyName[];
  /**
   * Whether what was counted here while nobody was signed in becomes part of who signs in next: the latest 1,000 events, each
   * once. Default false. On a device that several people use, it may have been another's.
   */
  stitch?: boolean;
}

export interface OnCueConfiguration {
  /** Definitions as published with the Signals Python SDK: a bundle, an array of registry objects, or their JSON text. */
  definitions?: Definitions;
  /** Where to fetch the definitions from instead, with same-origin credentials; read again while the page is open. */
  definitionsUrl?: string;
  /** Handlers to start with; more with addInterventionHandlers. */
  handlers?: Record<HandlerId, InterventionHandler>;
  measurement?: MeasurementOptions;
  /** Receives interventions in another way than subscribeToInterventions does by itself. */
  fetcher?: FetcherFactory;
  /** Options of the engine, and where its wasm files come from (default: beside the script). */
  engine?: EngineOptions & Omit<LoadOptions, 'engine'>;
  /** Namespaces of the trackers whose events count; default: the first tracker on the page that uses the plugin. */
  namespaces?: string[];
  /** Entities that only the engine sees, such as a device class the page knows. */
  deriveEntities?: (payload: Payload) => SelfDescribingJson[] | null | undefined;
  /** Of the database that holds the state; tabs with the same name share one engine. Default `oncue`. */
  storageName?: string;
  /** Consent: while false (or a function that returns false, or throws), no event is taken in. Default true. */
  enabled?: boolean | (() => boolean);
  /** Keeps the attributes of a signed-in visitor the same on all devices, and shows an intervention on one of them. */
  sync?: SyncConfiguration;
}

/** The options of `SignalsPlugin`, all of which OnCuePlugin takes. */
export type SignalsHandlerConfiguration = Pick<OnCueConfiguration, 'fetcher' | 'handlers'> & {
  measurement?: Exclude<MeasurementOptions, boolean>;
};

/** What happened inside, for a developer's panel. */
export type Activity =
  | {
      type: 'event';
      /** Epoch milliseconds. */
      at: number;
      /** Time the engine took; browsers round it (5 us in cross-origin isolated pages, 100 us elsewhere). */
      microseconds: number;
      /** What the engine was handed: the event's JSON objects, or only their text. */
      door: 'objects' | 'text';
      fired: readonly Intervention[];
      /** Why the engine did not count the event. */
      rejection?: string;
      /** What the engine was given: the payload, and its JSON objects where they were used. Not to be changed. */
      payload: Payload;
      raw?: RawJson;
    }
  | { type: 'tick'; at: number; microseconds: number; fired: readonly Intervention[] }
  /** A server sent an intervention; `rejection`: why it was not delivered, '' when it was. Happens now. */
  | { type: 'receive'; intervention: Intervention; fired: readonly Intervention[]; rejection: string }
  /** An engine begins: it is ready for its first event, or everything was forgotten. */
  | { type: 'start' };

export type ActivityListener = (activity: Activity) => void;

export interface PluginStats {
  /** `idle`: no tracker uses the plugin yet. */
  state: 'idle' | 'loading' | 'ready' | 'failed';
  /** Why the state is `failed`. */
  failure?: string;
  /** Of the browser's tabs one leads: it has the engine. */
  role?: 'leading' | 'following';
  /** Events waiting for the engine, and events lost because too many waited. */
  waiting: number;
  dropped: number;
  /** What is not stored yet: events of this tab, and that an intervention is being shown. */
  unsaved: number;
  /** What the leader stores: bytes, about; `trouble` says why nothing is stored and all goes with the page. */
  storage?: { bytes: number; trouble?: string };
  /** Events not taken in, by reason. */
  skipped: { optedOut: number; disabled: number; otherTracker: number };
  /** Interventions waiting for a visible tab with a handler. */
  undelivered: number;
  engine?: EngineStats;
}

/** What `@oncue/browser-plugin/inspector` looks into. Not for pages: it may change with any release. */
export interface Inspectable {
  readonly configuration: OnCueConfiguration;
  /** Undefined until the engine is ready. */
  readonly engine: Engine | undefined;
  readonly definitions: Definitions | undefined;
  /** Another engine with the same definitions and options; throws until the engine is ready. */
  create(): Engine;
  /** Where the engine is in another tab: the bytes of its state, undefined when that tab does not answer. */
  snapshot?(): Promise<Uint8Array | undefined>;
}
