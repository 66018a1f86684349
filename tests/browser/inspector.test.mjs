// The inspector in Chromium on a page that does not know it: what it shows, travels back to, exports and leaves alone.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { onlyFence } from '../fences.mjs';
import { attribute, showsValue, useInspector, valueOf } from './inspector_support.mjs';
import { ECOM } from './plugin_support.mjs';
import { startInterventionsServer, until } from './sse_server.mjs';

const { inspected } = useInspector();
const CLI = fileURLToPath(new URL('../../js/cli/bin/oncue.mjs', import.meta.url));
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

test('look inside: attributes, explain trees, events with their time, live', () =>
  inspected({}, async ({ panel, section }, page) => {
    await page.evaluate(() => {
      view();
      view();
      add(30);
    });
    await showsValue(panel, 'count_product_views', 2);
    const rule = panel.locator('[data-rule="cart_abandonment"]');
    await panel.locator('[data-rule="cart_abandonment"][data-fired="true"]').waitFor();
    assert.match(await rule.textContent(), /domain_userid \(latched\)/);
    const [newest] = await section('events').locator('li').allTextContents();
    assert.match(newest, /^\d\d:\d\d:\d\dsnowplow_ecommerce_action.*(µs|ms)fired cart_abandonment$/);
    assert.equal(await section('events').locator('li').count(), 3);
    await attribute(panel, 'count_product_views').locator('summary').click();
    assert.match(await attribute(panel, 'count_product_views').textContent(), /counter .* last changed at/);
  }));

test('time travel: every step shows the attributes and criteria as they were', () =>
  inspected({}, async ({ panel, section }, page) => {
    // What the engine itself says after each event.
    const truth = await page.evaluate(async () => {
      await oncue.ask('explain', 'free_shipping');
      const seen = [];
      for (let n = 0; n < 6; n++) {
        if (n % 2) add(20);
        else view();
        const { id } = oncue.explain('free_shipping').targets.find(({ name }) => name === 'domain_userid');
        const values = Object.values(oncue.getAttributes('domain_userid', id))[0];
        seen.push({ views: values.count_product_views, cart: values.total_cart_value, fired: oncue.explain('cart_abandonment').targets.some(({ latched }) => latched) });
      }
      return seen;
    });
    await section('events').locator('li').nth(5).waitFor();
    const show = (value) => (value === null ? 'null' : String(value));
    for (const [place, { views, cart, fired }] of truth.entries()) {
      await section('events').locator('li button').nth(truth.length - 1 - place).click();
      await panel.locator(`[data-rule="cart_abandonment"][data-fired="${fired}"]`).waitFor();
      await showsValue(panel, 'count_product_views', show(views));
      await showsValue(panel, 'total_cart_value', show(cart));
    }
    await section('events').locator('li button').nth(5).click();
    await showsValue(panel, 'total_cart_value', 'null');
    const tree = panel.locator('[data-rule="free_shipping"] .test-value');
    assert.equal(await tree.textContent(), 'null', 'explain trees travel too');
    await page.evaluate(() => add(5));
    await section('events').locator('li').nth(6).waitFor();
    assert.equal(await valueOf(panel, 'total_cart_value'), 'null', 'what happens meanwhile does not end the journey');
    await panel.getByRole('button', { name: 'Back to now' }).click();
    await showsValue(panel, 'total_cart_value', '65');
  }));

test('time travel: at least the last 200 events of a long session, and no endless list', () =>
  inspected({}, async ({ panel, section }, page) => {
    await page.evaluate(() => {
      for (let n = 0; n < 730; n++) view();
    });
    await showsValue(panel, 'count_product_views', 730);
    const events = section('events').locator('li[data-type="event"]');
    const count = await events.count();
    assert.ok(count >= 200 && count <= 400, String(count));
    await events.nth(199).locator('button').click();
    await showsValue(panel, 'count_product_views', 730 - 199);
  }));

test('time travel: begins anew when everything is forgotten', () =>
  inspected({}, async ({ panel, section }, page) => {
    await page.evaluate(() => {
      view();
      oncue.clearLocalSignals();
      view();
      view();
    });
    await showsValue(panel, 'count_product_views', 2);
    assert.equal(await section('events').locator('li').count(), 2);
    await section('events').locator('li button').last().click();
    await showsValue(panel, 'count_product_views', 1);
  }));

test('what a server sends is among the steps, and travels too', async () => {
  const server = await startInterventionsServer();
  try {
    await inspected({}, async ({ panel, section }, page) => {
      await page.evaluate((endpoint) => {
        oncue.subscribeToInterventions({ endpoint });
        view();
      }, server.origin);
      await until(() => server.listeners.size > 0);
      const id = await page.evaluate(async () => (await oncue.ask('explain', 'discount')).targets.find(({ name }) => name === 'domain_userid').id);
      server.send({ intervention_id: randomUUID(), name: 'discount', version: 1, attributes: {}, target_attribute_key: { name: 'domain_userid', id } });
      await section('events').locator('li', { hasText: 'received discount' }).waitFor();
      await panel.locator('[data-rule="discount"][data-fired="true"]').waitFor();
      await section('events').locator('li button', { hasText: 'snowplow_ecommerce_action' }).first().click();
      await panel.locator('[data-rule="discount"][data-fired="false"]').waitFor();
      await section('events').locator('li button', { hasText: 'received discount' }).click();
      await panel.locator('[data-rule="discount"][data-fired="true"]').waitFor();
    });
  } finally {
    server.close();
  }
});

test('delivery rules: what holds an intervention back, and for how long; what is delayed, and until when', () => {
  const group = { name: 'g', attribute_key: { name: 'domain_userid' }, attributes: [{ name: 'views', type: 'int32', aggregation: 'counter' }] };
  const rule = (name, delivery) => ({ name, delivery, criteria: { attribute: 'g:views', operator: '>', value: 0 }, target_attribute_keys: [{ name: 'domain_userid' }] });
  const interventions = [rule('cooled', { refire: 'edge', cooldown: 'PT1H' }), rule('later', { delay: 'PT10M' })];
  return inspected({ definitions: { attribute_groups: [group], interventions } }, async ({ panel }, page) => {
    await page.evaluate(() => view());
    await panel.locator('[data-rule="cooled"]').getByText(/^held back: cooldown, (1 h|59 min.*) left$/).waitFor();
    await panel.locator('[data-rule="later"]').getByText(/^delayed: due in (10 min|9 min.*)$/).waitFor();
  });
});

test('the export: oncue replay fires what the page fired', () =>
  inspected({}, async ({ panel, section, names, settle }, page) => {
    // Before the inspector looked: only the state knows of it.
    const folder = mkdtempSync(join(tmpdir(), 'oncue-session-'));
    try {
      await page.evaluate(() => {
        inspector.close();
        view();
        view();
        window.handledBefore = handled.length;
        openInspector();
      });
      await page.evaluate(async () => {
        const pause = () => new Promise((resolve) => setTimeout(resolve, 5));
        for (const act of [view, view, () => add(60), view, () => add(70)]) {
          act();
          await pause();
        }
      });
      await settle();
      await section('events').locator('li').nth(4).waitFor();
      await section('session').locator('summary').first().click();
      for (const name of ['Events', 'Definitions', 'State before']) {
        const [download] = await Promise.all([page.waitForEvent('download'), section('session').getByRole('button', { name, exact: true }).click()]);
        await download.saveAs(join(folder, download.suggestedFilename()));
      }
      const command = (await section('session').locator('code').textContent()).split(' ');
      assert.deepEqual(command.slice(0, -1), onlyFence('inspector').code.trim().split(' ').slice(0, -1), 'the documented command, up to the moment');
      assert.deepEqual(command.slice(0, 3), ['npx', 'oncue', 'replay']);
      const output = execFileSync(process.execPath, [CLI, ...command.slice(2)], { cwd: folder, encoding: 'utf8' });
      const replayed = output.trim().split('\n').map((line) => JSON.parse(line));
      const fired = await page.evaluate(() => handled);
      const tell = ({ name, version, target_attribute_key, at, event_id }) => ({ name, version, target_attribute_key, at, event_id });
      assert.deepEqual(replayed.map(tell), fired.map(tell));
      assert.deepEqual(await names(), ['discount', 'cart_abandonment', 'free_shipping']);
      // The views before are in the state: without it the discount would have come later.
      const without = execFileSync(process.execPath, [CLI, ...command.slice(2, 5), ...command.slice(7)], { cwd: folder, encoding: 'utf8' });
      assert.ok(!without.includes('"discount"'));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }));

const HOSTILE = `* { display: none !important; color: red !important; font: 90px serif !important; padding: 40px !important; }
  div, oncue-inspector { background: red !important; position: static !important; opacity: 0 !important; }`;

test('any page: its CSS does not get in, and none gets out', () =>
  inspected({}, async ({ panel }, page) => {
    const measure = () => page.evaluate(() => {
      const { x, width, height } = inspector.element.getBoundingClientRect();
      const title = getComputedStyle(inspector.element.shadowRoot.querySelector('h2'));
      return { x, width, height, color: title.color, font: title.fontSize, display: getComputedStyle(inspector.element).display, opacity: getComputedStyle(inspector.element).opacity };
    });
    const before = await measure();
    const pageBefore = await page.evaluate(() => [...document.styleSheets, ...document.adoptedStyleSheets].length + document.querySelectorAll('style').length);
    assert.equal(pageBefore, 0);
    await page.evaluate((css) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      document.adoptedStyleSheets = [sheet];
    }, HOSTILE.replace('* {', 'html *, oncue-inspector {'));
    assert.deepEqual(await measure(), before);
    assert.equal(await panel.locator('.rule').first().isVisible(), true);
  }));

test('any page: what the reader does in it reaches neither the page nor the tracker', () =>
  inspected({}, async ({ panel, section, collect, settle }, page) => {
    await page.evaluate(() => {
      window.heard = [];
      for (const name of ['click', 'keydown', 'wheel', 'mousedown', 'input']) addEventListener(name, () => heard.push(name));
      view();
    });
    await section('events').locator('li button').first().click();
    await page.keyboard.press('ArrowDown');
    await panel.getByRole('button', { name: 'Back to now' }).click();
    await settle();
    assert.deepEqual(await page.evaluate(() => heard), []);
    assert.equal((await collect()).length, 1);
  }));

test('the keyboard: focus comes in, reaches everything, and goes back', () =>
  inspected({}, async ({ panel, section }, page) => {
    await page.evaluate(() => {
      inspector.close();
      document.body.insertAdjacentHTML('beforeend', '<button id="opener">Open</button>');
      document.querySelector('#opener').onclick = () => (window.inspector = openInspector());
      view();
    });
    await page.locator('#opener').focus();
    await page.keyboard.press('Enter');
    const focused = () => page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.textContent ?? document.activeElement?.id);
    await panel.locator('h2:focus').waitFor();
    await page.evaluate(() => view());
    await section('events').locator('li').first().waitFor();
    const reached = [];
    for (let n = 0; n < 60; n++) {
      await page.keyboard.press('Tab');
      const now = await page.evaluate(() => {
        const element = document.activeElement?.shadowRoot?.activeElement;
        return element && `${element.localName} ${element.type ?? ''} ${element.textContent}`;
      });
      if (!now) break;
      reached.push(now);
    }
    for (const wanted of [/^button button Fold/, /^input range/, /^summary {2}Interventions/, /^summary {2}cart_abandonment/, /^summary {2}count_product_views/, /^button button .*snowplow_ecommerce_action/, /^summary {2}Session/]) {
      assert.ok(reached.some((text) => wanted.test(text)), `${wanted} in ${JSON.stringify(reached)}`);
    }
    // Fold with the keyboard; the pill has the focus, and unfolds.
    await panel.getByRole('button', { name: 'Fold' }).focus();
    await page.keyboard.press('Enter');
    await panel.locator('.pill:focus').waitFor();
    assert.equal(await panel.locator('.panel').count(), 0);
    await page.keyboard.press('Enter');
    await panel.locator('h2:focus').waitFor();
    // Escape leaves the past first, then closes.
    await section('events').locator('li button').first().focus();
    await page.keyboard.press('Enter');
    await panel.getByRole('button', { name: 'Back to now' }).waitFor();
    await page.keyboard.press('Escape');
    await panel.getByRole('button', { name: 'Live' }).waitFor();
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('oncue-inspector').count(), 0);
    assert.equal(await focused(), 'opener');
  }));

for (const [name, device] of Object.entries({ desk: { viewport: { width: 1280, height: 800 } }, phone: PHONE, small: { viewport: { width: 320, height: 568 } } })) {
  for (const colorScheme of ['light', 'dark']) {
    test(`on a ${name} screen in ${colorScheme}: it fits, nothing is cut off, texts have contrast`, () =>
      inspected({ device: { ...device, colorScheme } }, async ({ panel, section }, page) => {
        await page.evaluate(() => {
          view();
          add(80);
        });
        await section('events').locator('li').nth(1).waitFor();
        const facts = await page.evaluate(() => {
          const { shadowRoot } = inspector.element;
          const box = shadowRoot.querySelector('.panel');
          const { left, right, top, bottom } = box.getBoundingClientRect();
          const rgb = (text) => text.match(/[\d.]+/g).slice(0, 3).map(Number);
          const light = (color) => rgb(color).map((c) => c / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
          const backOf = (element) => {
            for (let one = element; one; one = one.parentElement) {
              const color = getComputedStyle(one).backgroundColor;
              if (!/, 0\)$|transparent/.test(color)) return color;
            }
            return getComputedStyle(box).backgroundColor;
          };
          const faint = [...shadowRoot.querySelectorAll('h2, p, summary span, time, .event-name, .event-fired, .test-value, .badge')].filter((one) => one.offsetParent).map((one) => {
            const [a, b] = [light(getComputedStyle(one).color), light(backOf(one))].sort((x, y) => y - x);
            return { text: one.textContent, ratio: (a + 0.05) / (b + 0.05) };
          });
          return { overflow: box.scrollWidth - box.clientWidth, left, right, top, bottom, innerWidth, innerHeight, page: document.documentElement.scrollWidth, faint: faint.filter(({ ratio }) => ratio < 4.5), checked: faint.length };
        });
        assert.equal(facts.overflow, 0);
        assert.ok(facts.left >= 0 && facts.top >= 0 && facts.right <= facts.innerWidth && facts.bottom <= facts.innerHeight + 1, JSON.stringify(facts));
        assert.equal(facts.page, facts.innerWidth, 'the page is not wider for it');
        assert.ok(facts.checked > 10);
        assert.deepEqual(facts.faint, []);
        if (process.env.ONCUE_PICTURES) await page.screenshot({ path: join(process.env.ONCUE_PICTURES, `inspector-${name}-${colorScheme}.png`) });
      }));
  }
}

test('many definitions: a filter finds the one', () => {
  const attributes = Array.from({ length: 400 }, (_, n) => ({ name: `count_${n}`, type: 'int32', aggregation: 'counter' }));
  const definitions = { attribute_groups: [{ name: 'many', attribute_key: { name: 'domain_userid' }, attributes }], interventions: ECOM.interventions };
  return inspected({ definitions: { ...definitions, interventions: [{ name: 'one', criteria: { attribute: 'many:count_7', operator: '>', value: 3 }, target_attribute_keys: [{ name: 'domain_userid' }] }] } }, async ({ panel }, page) => {
    await page.evaluate(() => view());
    await panel.getByText('250 more: narrow them down with the filter.').waitFor();
    await panel.getByRole('searchbox').fill('count_399');
    await showsValue(panel, 'count_399', 1);
    assert.equal(await panel.locator('.attribute').count(), 1);
  });
});

test('openInspector() again brings the open one back, and close() tells once', () =>
  inspected({}, async ({ panel }, page) => {
    const counts = await page.evaluate(() => {
      inspector.close();
      const closed = [];
      const first = openInspector({ isFolded: true, onClose: () => closed.push(1) });
      const second = openInspector();
      const elements = document.querySelectorAll('oncue-inspector').length;
      first.close();
      first.close();
      return { same: first === second, elements, closed: closed.length };
    });
    assert.deepEqual(counts, { same: true, elements: 1, closed: 1 });
    assert.equal(await panel.count(), 0);
  }));
