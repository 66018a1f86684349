// server 9: the server's console page in Chromium. ONCUE_SCREENSHOTS=FOLDER takes the pictures of the docs.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startServer } from '@oncue/server';
import { launch } from './plugin_support.mjs';

const ECOM = JSON.parse(readFileSync(new URL('../fixtures/definitions/ecom.json', import.meta.url), 'utf8'));
const TOKEN = 'a-token';
const VIEWS = 'ecom_attributes:count_product_views';
const DRAFT = {
  name: 'tea_lover', version: 1, owner: 'a@b.co', description: 'Looks at a lot, buys little', is_published: false,
  criteria: { all: [{ attribute: VIEWS, operator: '>=', value: 10 }, { any: [{ attribute: 'ecom_attributes:total_cart_value', operator: '<', value: 20 }, { attribute: 'ecom_attributes:total_cart_value', operator: 'is null' }] }] },
};
const DESK = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

let browser;
let folder;
before(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'oncue-console-'));
  browser = await launch();
});
after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

const SCHEMA = 'iglu:com.snowplowanalytics.snowplow';
function action(type, duid, price) {
  const inner = { schema: `${SCHEMA}.ecommerce/snowplow_ecommerce_action/jsonschema/1-0-2`, data: { type } };
  const product = { schema: `${SCHEMA}.ecommerce/product/jsonschema/1-0-0`, data: { id: 'p', price } };
  return {
    e: 'ue', eid: randomUUID(), duid, ue_pr: JSON.stringify({ schema: `${SCHEMA}/unstruct_event/jsonschema/1-0-0`, data: inner }),
    ...(price && { co: JSON.stringify({ schema: `${SCHEMA}/contexts/jsonschema/1-0-0`, data: [product] }) }),
  };
}

/** A server with the shop's definitions, a page on its console with `token` in it, and what the page needs asked and waited for. */
async function withConsole({ tokens = [], token, viewport = DESK }, body) {
  const server = await startServer({ data: path.join(folder, `${randomUUID()}.db`), port: 0, tokens });
  const ask = async (method, route, sent) => {
    const response = await fetch(server.url + route, { method, headers: { authorization: `Bearer ${TOKEN}` }, body: JSON.stringify(sent) });
    assert.ok(response.ok, `${route}: ${response.status}`);
    return response;
  };
  const track = (...data) => ask('POST', '/com.snowplowanalytics.snowplow/tp2', { schema: `${SCHEMA}/payload_data/jsonschema/1-0-4`, data });
  const page = await browser.newPage({ viewport });
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && !/status of 4\d\d/.test(message.text()) && complaints.push(message.text()));
  /** Resolves when the element has the text; all of it, or where `pattern` is an expression a part. */
  const says = (id, pattern) => page.waitForFunction(([which, source, flags]) => new RegExp(source, flags).test(document.getElementById(which).innerText), [id, pattern.source, pattern.flags]);
  try {
    for (const kind of ['attribute_groups', 'services', 'interventions']) for (const object of ECOM[kind]) await ask('POST', `/api/v1/registry/${kind}/`, object);
    await ask('POST', '/api/v1/registry/interventions/', DRAFT);
    await ask('PUT', '/api/v1/delivery/discount/1', { cooldown: 'P1DT12H', max_per_session: 1 });
    await page.goto(`${server.url}/`);
    if (token !== undefined) {
      await page.fill('#door [name=token]', token);
      await page.click('#door button');
    }
    await body({ server, ask, track, page, says });
    assert.deepEqual(complaints, []);
  } finally {
    await page.close();
    await server.close();
  }
}

const item = (page, name) => page.locator('#definitions details', { has: page.locator('summary b', { hasText: new RegExp(`^${name}$`) }) }).last();

describe('server 9: the console', () => {
  test('a token opens it, a wrong one does not; where any will do none is asked for', async () => {
    await withConsole({ tokens: [TOKEN], token: 'wrong' }, async ({ page, says }) => {
      await says('said', /^unauthorized$/);
      assert.equal(await page.locator('#definitions details').count(), 0);
      await page.fill('#door [name=token]', TOKEN);
      await page.click('#door button');
      await says('said', /^Connected\.$/);
      await page.reload();
      await says('definitions', /free_shipping/);
    });
    await withConsole({}, ({ says }) => says('said', /^Connected\.$/));
  });

  test('definitions: attributes and rules in words, delivery, targets; drafts are marked; what is published appears by itself', () =>
    withConsole({}, async ({ page, ask, says }) => {
      await says('definitions', /INTERVENTIONS \(4\)/i);
      const group = await page.locator('#definitions details').first().innerText();
      assert.match(group, /^ecom_attributes\s+v1/);
      assert.match(group, /count_product_views\s+int32\s+counter, from snowplow_ecommerce_action where type is “product_view”/);
      assert.match(group, /total_cart_value\s+double\s+sum of product\.price, from snowplow_ecommerce_action where type is “add_to_cart”/);
      const discount = await item(page, 'discount').innerText();
      assert.match(discount, /ecom_attributes:count_product_views > 3/);
      assert.match(discount, /Tells\s+user_id, domain_userid/);
      assert.match(discount, /Delivery\s+not again for 1 day 12 hours, at most 1 a session/);
      const draft = item(page, 'tea_lover');
      assert.match(await draft.innerText(), /^tea_lover\s+v1\s+not published/);
      await draft.locator('summary').click();
      await draft.locator('.rule li li').first().waitFor();
      assert.deepEqual(await draft.locator('.rule li').evaluateAll((all) => all.map((one) => one.firstChild.textContent)), [
        'all of these', `${VIEWS} ≥ 10`, 'any of these', 'ecom_attributes:total_cart_value < 20', 'ecom_attributes:total_cart_value is null',
      ]);
      await ask('POST', '/api/v1/registry/interventions/', { ...DRAFT, name: 'later', is_published: true, criteria: { attribute: VIEWS, operator: 'in', value: [1, 2] } });
      await says('definitions', /INTERVENTIONS \(5\)/i);
      assert.match(await item(page, 'later').innerText(), /count_product_views in 1, 2/);
    }));

  test('definitions: what the engine warns of stands above them, and goes when it is mended', () =>
    withConsole({}, async ({ page, ask, says }) => {
      await says('definitions', /INTERVENTIONS \(4\)/i);
      // The shop's definitions give nothing a "ttl".
      const before = await page.locator('.warnings li').allInnerTexts();
      assert.deepEqual(before.filter((text) => !/^attribute group .* kept for ever/.test(text)), []);
      const rule = { ...DRAFT, name: 'equal', is_published: true, criteria: { attribute: VIEWS, operator: '==', value: 1 } };
      await ask('POST', '/api/v1/registry/interventions/', rule);
      await says('definitions', /^WARNINGS \(\d+\)\s[^]*intervention "equal": "==" is read as "="/i);
      await ask('PUT', '/api/v1/registry/interventions/equal/versions/1', { ...rule, is_published: false });
      await page.locator('.warnings li', { hasText: 'equal' }).waitFor({ state: 'detached' });
      assert.deepEqual(await page.locator('.warnings li').allInnerTexts(), before);
    }));

  test('attributes of an id: live, what changes is marked; ids are suggested, and watched at a click on what fired', () =>
    withConsole({}, async ({ page, track, says }) => {
      const duid = randomUUID();
      await track(action('add_to_cart', duid, 36));
      await says('fired', /cart_abandonment v1/);
      await page.locator('#fired button', { hasText: duid }).click();
      await says('attributes', /count_add_to_cart\s+1\b/);
      assert.equal(await page.inputValue('#values [name=id]'), duid);
      assert.match(await page.innerText('#attributes'), /count_product_views\s+–/);
      await track(action('add_to_cart', duid, 4));
      await says('attributes', /total_cart_value\s+40\b/);
      assert.deepEqual(await page.locator('#attributes .new td:first-child').allInnerTexts(), ['ecom_attributes_v1:count_add_to_cart', 'ecom_attributes_v1:total_cart_value']);
      await page.focus('#push [name=id]');
      await page.waitForFunction((id) => [...document.getElementById('ids-push').options].some(({ value }) => value === id), duid);
    }));

  test('a direct intervention: whether somebody got it, what is wrong with it', () =>
    withConsole({}, async ({ server, page, says }) => {
      const duid = randomUUID();
      await says('said', /Connected/);
      await page.fill('#push [name=id]', duid);
      await page.fill('#push [name=name]', 'hello');
      await page.click('#push button');
      await says('pushed', /^Nobody listens for this id now\.$/);
      const control = new AbortController();
      const stream = await fetch(`${server.url}/api/v1/interventions?domain_userid=${duid}`, { signal: control.signal });
      await page.fill('#push [name=attributes]', '{"text": "tea"}');
      await page.click('#push button');
      await says('pushed', /^Somebody got it\.$/);
      const { value } = await stream.body.getReader().read();
      assert.deepEqual(JSON.parse(Buffer.from(value).toString('utf8').replace(/^(:\n\n)*data: /, '')).attributes, { text: 'tea' });
      control.abort();
      await page.fill('#push [name=id]', 'ann');
      await page.click('#push button');
      await says('pushed', /only UUIDs allowed/);
      await page.fill('#push [name=attributes]', '{"text": ');
      await page.click('#push button');
      await says('pushed', /JSON/);
    }));

  test('a preview: of a rule of one’s own, and of one that is defined; who matches can be watched', () =>
    withConsole({}, async ({ page, track, says }) => {
      const [ann, bob] = [randomUUID(), randomUUID()];
      await track(action('add_to_cart', ann, 36), action('product_view', bob));
      await says('said', /Connected/);
      await page.fill('#preview [name=criteria]', JSON.stringify({ attribute: VIEWS, operator: '>=', value: 1 }));
      await page.click('#preview button');
      await says('previewed', /^1 of 2 ids would match\.$/);
      assert.equal(await page.innerText('#matches'), bob);
      await item(page, 'cart_abandonment').getByRole('button', { name: 'How many ids would match?' }).click();
      await page.locator('#matches button', { hasText: ann }).click();
      await says('attributes', /count_add_to_cart\s+1\b/);
      await page.fill('#preview [name=criteria]', '{"attribute": "none:x", "operator": ">", "value": 1}');
      await page.click('#preview button');
      await says('previewed', /none:x: in no published attribute group/);
    }));

  for (const [name, viewport] of Object.entries({ desk: DESK, phone: PHONE })) {
    test(`on a ${name}'s screen nothing is cut off`, () =>
      withConsole({ viewport }, async ({ page, track, says }) => {
        const duid = randomUUID();
        await track(action('product_view', duid), action('product_view', duid), action('add_to_cart', duid, 36));
        await says('fired', /cart_abandonment/);
        await page.fill('#values [name=id]', duid);
        await page.click('#values button');
        await says('attributes', /total_cart_value\s+36/);
        await item(page, 'cart_abandonment').getByRole('button', { name: 'How many ids would match?' }).click();
        await says('previewed', /1 of 1/);
        const wide = await page.evaluate(() => [document.documentElement, ...document.querySelectorAll('section')].filter((one) => one.scrollWidth > one.clientWidth).length);
        assert.equal(wide, 0);
        await page.evaluate(() => scrollTo(0, 0));
        const pictures = process.env.ONCUE_SCREENSHOTS;
        if (pictures) await page.screenshot({ path: path.join(pictures, name === 'desk' ? 'server-console.png' : 'server-console-phone.png'), fullPage: true });
      }));
  }
});
