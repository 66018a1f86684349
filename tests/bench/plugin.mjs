// What OnCue adds to an event in a real page: processor time of the page's main thread, deferred work included, against
// what the tracker's own track() takes in the same run: with all that follows from it, as in a shop, and until it returns,
// with an event store that sends nothing.
import { launch, startSite } from '../browser/plugin_support.mjs';
import { check, compare } from './lib/measure.mjs';
import { ECOM } from './lib/shop_events.mjs';

const ROUNDS = 16;
const EVENTS = 60;
/** Between two events, so that each is stored and sent on its own, ms. */
const APART = 25;

/** With option `refire: 'edge'` every other add to cart fires, since the price alternates. */
function firing() {
  const definitions = structuredClone(ECOM);
  const { attributes } = definitions.attribute_groups[0];
  const sum = attributes.find(({ name }) => name === 'total_cart_value');
  attributes.push({ ...sum, name: 'last_price', aggregation: 'last' });
  const criteria = { attribute: 'ecom_attributes:last_price', operator: '>', value: 10 };
  definitions.interventions.push({ name: 'expensive', version: 1, criteria, target_attribute_keys: [{ name: 'domain_userid' }] });
  return definitions;
}

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
/** Of the later half, since the first rounds are the compilers', the middle half's mean. */
function settled(values) {
  const late = values.slice(values.length >> 1).sort((a, b) => a - b);
  const middle = late.slice(late.length >> 2, late.length - (late.length >> 2));
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}

async function openPage(browser, site, { definitions, isSending }) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${site.origin}/`);
  await page.waitForFunction(() => 'repeat' in window);
  if (definitions !== null) await page.evaluate(([definitions, isSending]) => start(definitions ?? undefined, isSending), [definitions, isSending]);
  if (definitions) await page.waitForFunction(() => oncue.getStats().state === 'ready');

  return {
    /**
     * @returns microseconds of the main thread per event: all that it did meanwhile, track() alone, until the next task, and of
     *   those that fired until their handler has run
     */
    async measure(action) {
      await page.bringToFront();
      await browser.startTracing(page, { categories: ['-*', 'blink.user_timing'] });
      await page.evaluate(([action, count, apart]) => repeat(window[action], count, apart), [action, EVENTS, APART]);
      const { traceEvents } = JSON.parse(await browser.stopTracing());
      const marks = (name) => traceEvents.filter((event) => event.cat === 'blink.user_timing' && event.name === name).map(({ tts }) => tts);
      const [begun, ended, next, [first], [last]] = ['begin', 'end', 'next', 'first', 'last'].map(marks);
      check([begun, ended, next].every(({ length }) => length === EVENTS), `${begun.length} marks of ${EVENTS} events`);
      const since = (times) => median(times.map((time) => time - begun.findLast((begin) => begin < time)));
      const handled = marks('handled');
      check(!handled.length || handled.length === EVENTS / 2, `${handled.length} marks of handlers for ${EVENTS} events`);
      await page.waitForFunction(() => !oncue.getStats().unsaved);
      return { all: (last - first) / EVENTS, inside: since(ended), next: since(next), handled: since(handled) };
    },
    results: () => page.evaluate(() => ({ fired: oncue.getStats().engine.fired, handled })),
  };
}

export async function plugin() {
  const site = await startSite('../bench/lib/plugin_page.mjs');
  const browser = await launch();
  try {
    const kinds = {
      nothing: { definitions: null },
      tracker: {},
      sending: { isSending: true },
      plugin: { definitions: ECOM },
      firing: { definitions: firing() },
    };
    const pages = {};
    for (const [name, kind] of Object.entries(kinds)) pages[name] = await openPage(browser, site, kind);
    const spent = Object.fromEntries(Object.keys(pages).map((name) => [name, []]));
    const order = Object.keys(pages);
    for (let round = 0; round < ROUNDS; round++) {
      for (const name of order) spent[name].push(await pages[name].measure(name === 'nothing' ? 'doNothing' : 'track'));
      // Nobody always comes after the same one.
      order.push(order.shift());
    }
    const { fired, handled } = await pages.firing.results();
    check(fired === handled && fired >= (ROUNDS * EVENTS) / 2, `${fired} interventions fired, ${handled} were handled`);
    // Round by round: what else the machine does weighs on both.
    const over = (name, base, part, basePart = part) => settled(spent[name].map((one, round) => one[part] - spent[base][round][basePart]));
    const added = (name, part) => over(name, 'tracker', part);
    const plugin = added('plugin', 'all');
    // Every other one did not fire.
    const firingOne = 2 * added('firing', 'all') - plugin;
    const untilHandled = over('firing', 'tracker', 'handled', 'next');
    const whole = over('sending', 'nothing', 'all');
    const call = over('tracker', 'nothing', 'inside');
    const [asInShops, alone] = ["the tracker's own track(), deferred work too", "the tracker's own track() until it returns"];
    return [
      compare('an event in a page, deferred work too', plugin, whole, asInShops, 'us'),
      compare('an event in a page, deferred work too', plugin, call, alone, 'us'),
      compare('of that inside of track()', added('plugin', 'inside'), call, alone, 'us'),
      compare('an event that fires, until its handler ran', untilHandled, whole, asInShops, 'us'),
      compare('an event that fires, until its handler ran', untilHandled, call, alone, 'us'),
      compare('an event that fires, what is written later too', firingOne, whole, asInShops, 'us'),
      compare('every other event fires, until its handler ran', (plugin + untilHandled) / 2, whole, asInShops, 'us'),
    ];
  } finally {
    await browser.close();
    site.server.closeAllConnections();
    site.server.close();
  }
}
