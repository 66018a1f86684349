import type { BrowserPlugin, BrowserTracker, Logger, Payload } from '@snowplow/browser-tracker';
import { closeOutlet, forgetInterventions, openOutlet, type Outlet } from './handlers.js';
import { startPage, type Page } from './page.js';
import { rememberBuilder, takeRaw } from './raw.js';
import type { OnCueConfiguration, PluginStats } from './types.js';

/** One page has one engine, whatever the number of trackers: the first plugin activated starts it. */
let page: Page | undefined;
/** In order of activation; only the first one's events count unless `namespaces` says otherwise. */
const active: Outlet[] = [];
const skipped: PluginStats['skipped'] = { optedOut: 0, disabled: 0, otherTracker: 0 };

export const getPage = (): Page | undefined => page;
export const getSkipped = (): PluginStats['skipped'] => ({ ...skipped });

/** The opt-out cookie and Do-Not-Track strip every browser field from the event, which the tracker then does not send. */
const isOptedOut = (payload: Payload): boolean => payload.vp === undefined && payload.sid === undefined;

/**
 * Creates the plugin for `newTracker(..., { plugins: [OnCuePlugin({...})] })` or `addPlugin`. Returns at once; events
 * tracked before the engine is ready are taken in later, in order, as of the time they happened. When the engine cannot
 * be loaded the page goes on without it, and the tracker's log says why, once.
 */
export function OnCuePlugin(configuration: OnCueConfiguration = {}): BrowserPlugin {
  const mine: Outlet[] = [];
  let log: Logger = console as unknown as Logger;

  function isEnabled(): boolean {
    const { enabled = true } = configuration;
    try {
      return typeof enabled === 'function' ? !!enabled() : enabled;
    } catch (error) {
      log.error('OnCue: enabled() failed, which counts as no', error);
      return false;
    }
  }

  /** The tracker an event came from: afterTrack does not say, but one plugin object on several trackers must know. */
  function findOutlet(payload: Payload): Outlet | undefined {
    return mine.length === 1 ? mine[0] : mine.find(({ tracker }) => tracker.namespace === payload.tna);
  }

  function counts(outlet: Outlet): boolean {
    const { namespaces } = configuration;
    return namespaces ? namespaces.includes(outlet.tracker.namespace) : outlet === active[0];
  }

  function activate(tracker: BrowserTracker): void {
    const { handlers = {}, measurement = true } = configuration;
    const outlet: Outlet = { tracker, measurement, log, undelivered: [] };
    mine.push(outlet);
    active.push(outlet);
    openOutlet(outlet, handlers);
    if (!page) page = startPage(configuration, log, isEnabled);
    else warnIfIdle(outlet);
  }

  function warnIfIdle(outlet: Outlet): void {
    const other = page?.configuration;
    if (other && (other.definitions !== configuration.definitions || other.definitionsUrl !== configuration.definitionsUrl)) {
      log.warn('OnCue: a page has one engine; the definitions of the plugin activated first are in use');
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
    beforeTrack(builder) {
      if (page?.engine) rememberBuilder(builder);
    },
    afterTrack(payload) {
      const outlet = findOutlet(payload);
      if (!page || !outlet) return;
      if (!counts(outlet)) skipped.otherTracker++;
      else if (isOptedOut(payload)) skipped.optedOut++;
      else if (!isEnabled()) skipped.disabled++;
      else page.ingest(outlet, payload, takeRaw(payload));
    },
    deactivatePlugin(core) {
      for (const list of [mine, active]) {
        const index = list.findIndex(({ tracker }) => tracker.core === core);
        const [outlet] = index < 0 ? [] : list.splice(index, 1);
        if (outlet) closeOutlet(outlet);
      }
      if (active.length) return;
      page?.stop();
      page = undefined;
      forgetInterventions();
    },
  };
}
