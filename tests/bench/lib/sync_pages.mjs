// Two browser profiles of one person, with the real tracker and plugin.
import { mintSyncToken } from '@oncue/server';

import { launch, startSite } from '../../browser/plugin_support.mjs';

const ARRIVALS = 200;
const USER = 'pages';

/** In the page. */
function begin({ definitions, endpoint, user }) {
  // The clock of all pages of this machine, ms.
  const now = () => performance.timeOrigin + performance.now();
  startTracker({ definitions, measurement: false, sync: { endpoint, mode: 'local_first', token: (key, id) => mintToken(key, id) } });
  tracker.setUserId(user);
  window.views = () => oncue.getAttributes('user_id', user)?.u.views ?? 0;
  window.sendView = () => {
    const at = now();
    tracker.trackPageView();
    return at;
  };
  window.arrival = async (count) => {
    while (views() < count) await new Promise((resolve) => setTimeout(resolve, 1));
    return now();
  };
}

/** @returns ms from trackPageView() in one page until getAttributes() in another has counted it, many times */
export async function pageToPage(endpoint, { definitions, secret }) {
  const site = await startSite();
  const browser = await launch();
  const open = async () => {
    const page = await (await browser.newContext()).newPage();
    await page.exposeFunction('mintToken', (key, id) => mintSyncToken({ secret, key, id }));
    await page.goto(`${site.origin}/`);
    await page.waitForFunction(() => 'startTracker' in window);
    await page.evaluate(begin, { definitions, endpoint, user: USER });
    return page;
  };
  try {
    const [one, other] = [await open(), await open()];
    // Each has to say who is there, and hears of the other once it is connected.
    for (const page of [one, other]) await page.evaluate(() => void sendView());
    for (const page of [one, other]) await page.evaluate(() => arrival(2).then(() => undefined));
    const times = [];
    for (let n = 3; n < ARRIVALS + 3; n++) {
      const arrived = other.evaluate((count) => arrival(count), n);
      const sent = await one.evaluate(() => sendView());
      times.push((await arrived) - sent);
    }
    return times;
  } finally {
    await browser.close();
    site.server.closeAllConnections();
    site.server.close();
  }
}
