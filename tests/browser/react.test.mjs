// @oncue/react in Chromium with the real tracker, by both versions of React that it works with.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { bundle, VERSIONS } from '../../js/react/test/react.mjs';
import { ECOM, useBrowser } from './plugin_support.mjs';

const withShop = useBrowser();
const HERE = fileURLToPath(new URL('.', import.meta.url));
const scripts = new Map();

/** Bundled once for each version. */
function scriptOf(version) {
  if (!scripts.has(version)) {
    const contents = readFileSync(`${HERE}react_page.tsx`, 'utf8');
    const options = { format: 'esm', target: 'es2022', stdin: { contents, loader: 'tsx', resolveDir: HERE }, define: { 'process.env.NODE_ENV': '"production"' } };
    scripts.set(version, bundle(version, contents, options));
  }
  return scripts.get(version);
}

const focused = (page) => page.evaluate(() => document.activeElement.id || document.activeElement.ariaLabel || document.activeElement.localName);

for (const version of VERSIONS) {
  const inReact = (body, { device } = {}) =>
    withShop({ entry: () => scriptOf(version), device }, async (shop, page) => {
      await page.evaluate((definitions) => startTracker({ definitions, measurement: false }), ECOM);
      await shop.ready();
      assert.equal((await page.evaluate(() => reactVersion)).split('.')[0], version);
      await body(shop, page);
    });
  const fireBoth = (page) => page.evaluate(() => [view, view, view, view, () => add(5)].forEach((act) => act()));

  test(`React ${version}: useIntervention: every component shows it, and one dismisses it for all`, () =>
    inReact(async (shop, page) => {
      assert.match(await page.locator('#one').textContent(), /^none/);
      await page.evaluate(() => add(5));
      for (const id of ['#one', '#two']) await page.locator(id, { hasText: 'cart_abandonment' }).waitFor();
      await page.locator('#two button').click();
      for (const id of ['#one', '#two']) await page.locator(id, { hasText: 'none' }).waitFor();
      assert.equal(await page.locator('#open').textContent(), '');
    }));

  test(`React ${version}: useIntervention: what fires while nothing is mounted is there afterwards, once`, () =>
    inReact(async (shop, page) => {
      await page.evaluate(() => setParts({ values: false, names: false, banners: false }));
      await page.locator('#one').waitFor({ state: 'detached' });
      await fireBoth(page);
      await page.locator('#open', { hasText: /^cart_abandonment,discount$/ }).waitFor();
      await page.evaluate(() => setParts({ values: false, names: true, banners: true }));
      await page.locator('#one', { hasText: 'cart_abandonment' }).waitFor();
      assert.equal(await page.locator('[data-oncue-banner]').count(), 2);
    }));

  test(`React ${version}: useAttributes: live, and no render without a change; nothing is left after unmounting`, () =>
    inReact(async (shop, page) => {
      await page.evaluate(() => view());
      await page.locator('#views', { hasText: /^1$/ }).waitFor();
      const before = await page.evaluate(() => counts.renders);
      await page.evaluate(() => [1, 2, 3].forEach(() => tracker.trackPageView()));
      await page.evaluate(() => [1, 2].forEach(() => view()));
      await page.locator('#views', { hasText: /^3$/ }).waitFor();
      assert.equal(await page.evaluate(() => counts.renders), before + 1, 'one render for one task that changed a value');
      await page.evaluate(() => setParts({ values: false, names: true, banners: true }));
      await page.locator('#views').waitFor({ state: 'detached' });
      await page.evaluate(() => view());
      await shop.settle();
      assert.equal(await page.evaluate(() => counts.renders), before + 1);
    }));

  test(`React ${version}: Banner: comes without taking the focus, is read out, has a name`, () =>
    inReact(async (shop, page) => {
      await page.locator('#before').focus();
      await page.evaluate(() => [1, 2, 3, 4].forEach(() => view()));
      const banner = page.getByRole('article', { name: 'Discount' });
      await banner.waitFor();
      assert.equal(await focused(page), 'before');
      await page.getByRole('status').filter({ hasText: /^10% off your next purchase!$/ }).waitFor();
      assert.equal(await banner.getAttribute('class'), 'first');
      await banner.getByRole('button', { name: 'Close: Discount' }).click();
      assert.equal(await banner.count(), 0);
    }));

  test(`React ${version}: Banner: Escape closes the newest, one a press, and leaves a dialog alone`, () =>
    inReact(async (shop, page) => {
      await fireBoth(page);
      await page.getByRole('article').nth(1).waitFor();
      await page.evaluate(() => document.body.insertAdjacentHTML('beforeend', '<dialog open>Sign in</dialog>'));
      await page.keyboard.press('Escape');
      assert.equal(await page.getByRole('article').count(), 2);
      await page.evaluate(() => document.querySelector('dialog').remove());
      await page.keyboard.press('Escape');
      assert.deepEqual(await page.getByRole('article').evaluateAll((all) => all.map((one) => one.ariaLabel)), ['Discount']);
      await page.keyboard.press('Escape');
      assert.equal(await page.getByRole('article').count(), 0);
    }));

  test(`React ${version}: Banner: the focus goes to the next banner, then back to where it came from`, () =>
    inReact(async (shop, page) => {
      await fireBoth(page);
      await page.getByRole('article').nth(1).waitFor();
      await page.locator('#before').focus();
      await page.getByRole('button', { name: 'Later cart_abandonment' }).focus();
      await page.keyboard.press('Enter');
      assert.equal(await page.getByRole('article').count(), 1);
      assert.equal(await focused(page), 'Close: Discount');
      await page.keyboard.press('Enter');
      assert.equal(await page.getByRole('article').count(), 0);
      assert.equal(await focused(page), 'before');

      await page.evaluate(() => {
        oncue.clearLocalSignals();
        add(5);
      });
      await page.getByRole('article', { name: 'Your cart' }).waitFor();
      await page.getByRole('button', { name: 'Later cart_abandonment' }).focus();
      await page.evaluate(() => document.querySelector('#before').remove());
      await page.keyboard.press('Enter');
      assert.equal(await focused(page), 'main', 'where the place it came from is gone');
    }));

  test(`React ${version}: Banner: moves only for visitors who do not mind`, async () => {
    for (const [reducedMotion, expected] of [['no-preference', 1], ['reduce', 0]]) {
      await inReact(async (shop, page) => {
        await page.evaluate(() => {
          window.movements = 0;
          const { animate } = Element.prototype;
          Element.prototype.animate = function (...args) {
            movements++;
            return animate.apply(this, args);
          };
          [1, 2, 3, 4].forEach(() => view());
        });
        await page.getByRole('article', { name: 'Discount' }).waitFor();
        await shop.settle();
        assert.equal(await page.evaluate(() => movements), expected);
      }, { device: { reducedMotion } });
    }
  });
}
