// A shop in several real tabs of one browser, and a log of every track() call that was begun, kept outside the tabs.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { startSite } from './plugin_support.mjs';
import { startRawBrowser, until } from './raw_browser.mjs';

/** Who leads is found out by locks, or by a lease where a page has none as its origin is no secure context: `domain` of withTabs. */
export const AGREEMENTS = [
  ['with Web Locks', 'localhost'],
  ['without Web Locks', 'example'],
];

const group = (attributes) => ({
  name: 'counts',
  version: 1,
  attribute_key: { name: 'domain_userid' },
  attributes,
});

/** Counts struct events of a visitor, and fires at each of the thresholds. */
export function countingDefinitions(thresholds) {
  const events = [{ name: 'event', vendor: 'com.google.analytics', version: '1-0-0' }];
  return {
    attribute_groups: [group([{ name: 'clicks', type: 'int64', aggregation: 'counter', events }])],
    interventions: thresholds.map((value) => ({
      name: `at_${value}`,
      version: 1,
      is_published: true,
      criteria: { attribute: 'counts:clicks', operator: '>=', value },
      target_attribute_keys: [{ name: 'domain_userid' }],
    })),
  };
}

/** In the page: `click()` says that it begins and tracks; handlers say where they ran. */
function preparePage(definitions, options) {
  const track = () => tracker.trackStructEvent({ category: 'test', action: 'click' });
  window.click = () => {
    window.begun?.('');
    track();
  };
  /** Asked again where the tab that leads does not answer in time. */
  window.clicks = async () => {
    const [values, all] = await Promise.all([oncue.ask('getAttributes', 'domain_userid'), oncue.ask('getAll')]);
    return all ? (values?.counts.clicks ?? 0) : window.clicks();
  };
  /**
   * One click a task, and tasks that no throttling of hidden tabs delays. The browser says what a task began when the task
   * is over, so the one before says it: a tab that is killed cannot have tracked what nobody heard of.
   */
  window.left = 0;
  let isBegun = false;
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    isBegun = !isBegun;
    if (isBegun) window.begun('');
    else {
      track();
      window.left--;
    }
    if (window.left > 0) port2.postMessage(0);
  };
  window.clickMany = (count) => {
    if (!window.left) port2.postMessage(0);
    window.left += count;
  };
  const show = ({ name, intervention_id }) => {
    handled.push(name);
    window.shown?.(JSON.stringify({ name, id: intervention_id, visible: document.visibilityState === 'visible' }));
  };
  const { tracker: trackerOptions, ...configuration } = options;
  startTracker(
    { ...(definitions && { definitions }), handlers: { show }, measurement: false, ...configuration },
    // A secure cookie would be refused where there are no Web Locks either.
    { stateStorageStrategy: 'cookie', cookieSecure: isSecureContext, bufferSize: 50, ...trackerOptions }
  );
}

/**
 * One site and one browser for all tests of a file; every test gets an origin's storage of its own by its name.
 * @param entry the script of its pages, as in startSite
 */
export function useTabs(entry) {
  let site;
  let browser;
  before(async () => {
    site = await startSite(entry);
    browser = await startRawBrowser();
  });
  after(async () => {
    await browser.close();
    site.releaseWasm();
    site.server.closeAllConnections();
    site.server.close();
  });

  return async function withTabs(name, definitions, body, { on, domain = 'localhost' } = {}) {
    const used = on ?? browser;
    const begun = [];
    const shown = [];
    const tabs = [];
    const origin = `http://${name}.${domain}:${new URL(site.origin).port}`;

    /** Opens the shop in a tab in front; resolves when its tracker runs. */
    async function open(options = {}, { path = '/', prepare = '' } = {}) {
      const tab = await used.openTab(`${origin}${path}`, {
        onEvent({ method, params }) {
          if (method !== 'Runtime.bindingCalled') return;
          if (params.name === 'begun') begun.push(tab);
          else shown.push({ ...JSON.parse(params.payload), tab });
        },
      });
      tabs.push(tab);
      for (const name of ['begun', 'shown']) await tab.call('Runtime.addBinding', { name });
      tab.start = async (more = options) => {
        await tab.until('"startTracker" in window');
        await tab.run(preparePage, definitions, more);
      };
      tab.stats = () => tab.run('(({ engine, ...rest }) => rest)(oncue.getStats())');
      tab.ready = async () => {
        await tab.until('oncue.getStats().state !== "loading"');
        assert.deepEqual(await tab.run('[oncue.getStats().state, oncue.getStats().failure]'), ['ready', null]);
      };
      tab.saved = () => tab.until('oncue.getStats().unsaved === 0');
      tab.clicks = () => tab.run('clicks()');
      tab.leads = () => tab.until('oncue.getStats().role === "leading" && oncue.getStats().state === "ready"');
      await tab.until('"startTracker" in window');
      assert.equal(await tab.run('"locks" in navigator'), domain === 'localhost');
      await tab.run(prepare);
      await tab.start();
      return tab;
    }

    try {
      await body({ open, begun, shown, origin, browser: used, until });
    } finally {
      if (!on) for (const tab of tabs) await tab.close().catch(() => {});
    }
  };
}
