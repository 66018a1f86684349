import type { BrowserPlugin, BrowserTracker, Logger, Payload } from '@snowplow/browser-tracker';
import { isAllowed } from './consent.js';
import { canHandle, closeOutlet, forgetInterventions, openOutlet, type Outlet } from './handlers.js';
import { rememberBuilder, takeRaw } from './raw.js';
import { startPage, type Page, type PageHost } from './page.js';
import type { StreamFetcher } from './receive/fetcher.js';
import type { OnCueConfiguration, PluginStats } from './types.js';

/** One page has one engine, whatever the number of trackers: the first plugin activated starts it. */
let page: Page | undefined;
/** In order of activation; only the first one's events count unless `namespaces` says otherwise. */
const active: Outlet[] = [];
const skipped: PluginStats['skipped'] = { optedOut: 0, disabled: 0, otherTracker: 0 };

export const getPage = (): Page | undefined => page;
export const getOutlets = (): readonly Outlet[] => active;
export const getSkipped = (): PluginStats['skipped'] => ({ ...skipped });

/** The opt-out cookie and Do-Not-Track strip every browser field from the event, which the tracker then does not send. */
const isOptedOut = (payload: Payload): boolean => payload.vp === undefined && payload.sid === undefined;

/** For whoever else keeps something of the visitor. */
export const announceClear = (): unknown => dispatchEvent(new Event('oncue:clear'));

/**
 * Tells the tracker's fetcher whom to receive for: without a payload nobody, since the visitor has not agreed to it or is
 * to be forgotten.
 */
export function follow(outlet: Outlet, payload?: Payload): void {
  outlet.latest = payload;
  const receiver = outlet.receiver as StreamFetcher | undefined;
  if (payload) receiver?.update(payload, undefined, takeRaw(payload));
  else receiver?.forget?.();
}

function take(outlet: Outlet | undefined, payload: Payload): void {
  if (!page || !outlet) return;
  const obstacle = isOptedOut(payload) ? 'optedOut' : outlet.isEnabled() ? undefined : 'disabled';
  if (!outlet.counts()) skipped.otherTracker++;
  else if (obstacle) skipped[obstacle]++;
  else page.ingest(outlet, payload, takeRaw(payload));
  follow(outlet, obstacle ? undefined : payload);
}

/**
 * Takes in an event that no tracker tracks, as if it came from the tracker whose namespace is its `tna`: nothing is sent.
 * For sources of events beside the tracker. Never throws.
 * @param payload tracker protocol; with `eid`, `dtm` and the ids (`duid`, `sid` ...) of a tracked event
 */
export function ingestEvent(payload: Payload): void {
  take(active.find(({ tracker }) => tracker.namespace === payload.tna), payload);
}

/**
 * Creates the plugin for `newTracker(..., { plugins: [OnCuePlugin({...})] })` or `addPlugin`. Returns at once; events
 * tracked before the engine is ready are taken in later, in order, as of the time they happened. When the engine cannot
 * be loaded the page goes on without it, and the tracker's log says why, once.
 */
export function OnCuePlugin(configuration: OnCueConfiguration = {}): BrowserPlugin {
  const mine: Outlet[] = [];
  let log: Logger = console as unknown as Logger;

  const isEnabled = (): boolean => isAllowed(configuration.enabled, '', log);

  /** The tracker an event came from: afterTrack does not say, but one plugin object on several trackers must know. */
  function findOutlet(payload: Payload): Outlet | undefined {
    return mine.length === 1 ? mine[0] : mine.find(({ tracker }) => tracker.namespace === payload.tna);
  }

  function counts(outlet: Outlet): boolean {
    const { namespaces } = configuration;
    return namespaces ? namespaces.includes(outlet.tracker.namespace) : outlet === active[0];
  }

  function activate(tracker: BrowserTracker): void {
    const { handlers = {}, measurement = true, fetcher } = configuration;
    const receive: Outlet['receive'] = (intervention, from) => {
      const own = active.find(({ tracker }) => tracker === from);
      // Of trackers that receive the same, one that has somebody to give it to.
      const to = own && canHandle(own) ? own : active.find((one) => one.receiver && canHandle(one)) ?? own;
      if (own && to && isEnabled()) page?.receive(to, intervention, !own.latest?.duid);
    };
    const outlet: Outlet = { tracker, measurement, log, unhandled: [], canReceive: () => !!page?.canReceive && isEnabled(), isEnabled, counts: () => counts(outlet), receive };
    mine.push(outlet);
    active.push(outlet);
    openOutlet(outlet, handlers);
    outlet.receiver = fetcher?.(tracker, receive);
    if (!page) page = startPage(configuration, makeHost());
    else warnIfIdle(outlet);
  }

  function makeHost(): PageHost {
    return {
      log,
      isEnabled,
      isReceiving: () => active.some(({ receiver }) => receiver),
      onReceiver() {
        for (const { receiver } of active) if (receiver && 'forget' in receiver) receiver.update();
      },
      onOtherEvent({ tracker: from, text }) {
        active.find(({ tracker, receiver }) => receiver && tracker.id === from)?.receiver?.update(JSON.parse(text));
      },
      onClear() {
        for (const outlet of active) follow(outlet);
        announceClear();
      },
    };
  }

  function warnIfIdle(outlet: Outlet): void {
    const other = page?.configuration;
    if (other && (other.definitions !== configuration.definitions || other.definitionsUrl !== configuration.definitionsUrl)) {
      log.warn('OnCue: a page has one engine, with the definitions of the plugin activated first');
    }
    if (!counts(outlet)) {
      const { namespace } = outlet.tracker;
      log.info(`OnCue: events of tracker ${namespace} are not counted; list it in namespaces if they should be`);
    }
  }

  return {
    logger(logger) {
      log = logger;
    },
    activateBrowserPlugin: activate,
    beforeTrack: rememberBuilder,
    afterTrack(payload) {
      take(findOutlet(payload), payload);
    },
    deactivatePlugin(core) {
      for (const list of [mine, active]) {
        const index = list.findIndex(({ tracker }) => tracker.core === core);
        const [outlet] = index < 0 ? [] : list.splice(index, 1);
        if (!outlet) continue;
        closeOutlet(outlet);
        follow(outlet);
      }
      if (active.length) return;
      page?.stop();
      page = undefined;
      forgetInterventions();
    },
  };
}
