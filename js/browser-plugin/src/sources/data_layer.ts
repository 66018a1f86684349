import { trackerCore, type TrackerCore } from '@snowplow/tracker-core';
import type { BrowserPlugin, BrowserTracker, Logger, Payload, SelfDescribingJson } from '@snowplow/browser-tracker';
import { CONTEXTS_FIELD, readJson } from '../encoded.js';
import { ingestEvent } from '../index.js';
import { watchContainer } from './container.js';
import { findFaults, mapPush, type MappedEvent } from './rows.js';
import type { DataLayerPush, DataLayerSourceConfiguration } from './types.js';

/** Events kept until the tracker's first event says who the visitor is. */
const WAITING_MAX = 1000;
/** What an event that is not sent has in common with the tracker's latest one. */
const SHARED_FIELDS = 'tna aid p url refr page vp ds res vid sid duid uid nuid cookie cs lang cd tz ua ip'.split(' ');
const SHARED_ENTITIES = /^iglu:com\.snowplowanalytics\.snowplow\/(web_page|client_session|browser_context)\//;

/** The payload of an event that looks like the tracker's own but goes no further than this page. */
function buildLocally(core: TrackerCore, { builder, entities }: MappedEvent, latest: Payload, at: number): Payload {
  core.resetPayloadPairs(Object.fromEntries(SHARED_FIELDS.map((field) => [field, latest[field]])) as Payload);
  const around = (readJson(latest, CONTEXTS_FIELD)?.data ?? []) as SelfDescribingJson[];
  const shared = around.filter(({ schema }) => SHARED_ENTITIES.test(schema));
  return core.track(builder, [...shared, ...entities], { type: 'dtm', value: at }) as Payload;
}

/**
 * A tracker plugin that turns what the page pushes to `dataLayer` into events, by a table. They count like tracked ones,
 * with the ids of the tracker's latest event; to the collector they go only when asked. Put it beside OnCuePlugin:
 * `plugins: [OnCuePlugin({...}), dataLayerSource({ map })]`. A row that cannot be used is reported once.
 */
export function dataLayerSource({ map, name = 'dataLayer', send = false }: DataLayerSourceConfiguration): BrowserPlugin {
  const core = trackerCore({ base64: false });
  const reported = new Set<string>();
  const waiting: [MappedEvent, number][] = [];
  let log: Logger = console as unknown as Logger;
  let tracker: BrowserTracker | undefined;
  let latest: Payload | undefined;

  function report(row: string, fault: unknown): void {
    if (reported.has(row)) return;
    reported.add(row);
    log.error(`OnCue: dataLayerSource, map["${row}"]: ${fault}`);
  }

  function ingest(event: MappedEvent, at: number): void {
    if (latest) return ingestEvent(buildLocally(core, event, latest, at));
    waiting.push([event, at]);
    if (waiting.length > WAITING_MAX) waiting.shift();
  }

  function take(push: DataLayerPush): void {
    const at = Date.now();
    try {
      for (const event of tracker ? mapPush(map, push) : []) {
        if (event.send ?? send) tracker?.core.track(event.builder, event.entities, { type: 'dtm', value: at });
        else ingest(event, at);
      }
    } catch (error) {
      report(push.event, error);
    }
  }

  return {
    logger(logger) {
      log = logger;
    },
    activateBrowserPlugin(activated) {
      if (tracker) return;
      tracker = activated;
      for (const [row, fault] of findFaults(map)) report(row, fault);
      for (const container of new Set(([] as string[]).concat(name))) watchContainer(container, take);
    },
    afterTrack(payload) {
      if (payload.tna !== tracker?.namespace) return;
      latest = payload;
      for (const [event, at] of waiting.splice(0)) ingest(event, at);
    },
    deactivatePlugin(deactivated) {
      if (deactivated === tracker?.core) tracker = latest = undefined;
    },
  };
}
