// What shows values, in a tab that only follows the one with the engine: React's hooks, and the inspector.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { bundle } from '../../js/react/test/react.mjs';
import { ECOM } from './plugin_support.mjs';
import { useTabs } from './tabs_support.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const contents = "import './react_page.tsx'; import './inspector_page.mjs';";
const options = { format: 'esm', target: 'es2022', stdin: { contents, resolveDir: HERE }, define: { 'process.env.NODE_ENV': '"production"' } };
const withTabs = useTabs(() => bundle('19', contents, options));

/** Two tabs, the second one in front and leading. */
const follow = (name, body) =>
  withTabs(name, ECOM, async ({ open }) => {
    const follower = await open();
    const leader = await open();
    await leader.leads();
    await follower.until('oncue.getStats().role === "following"');
    await body(follower, leader);
  });

test('useAttributes in a following tab shows what the leader knows, and goes on when the tab leads itself', () =>
  follow('hooks', async (follower, leader) => {
    const shows = (tab, text) => tab.until(`document.querySelector('#views').textContent === '${text}'`);
    await leader.run('view()');
    await shows(follower, '1');
    const renders = await follower.run('counts.renders');
    await follower.run('view(); add(3)');
    await Promise.all([shows(follower, '2'), shows(leader, '2')]);
    assert.ok((await follower.run('counts.renders')) <= renders + 2, 'a render for a change, none without');
    await follower.show();
    await follower.leads();
    await shows(follower, '2');
    await follower.run('view()');
    await Promise.all([shows(follower, '3'), shows(leader, '3')]);
  }));

test('the inspector in a following tab: values and criteria of the leader, and where the events are listed', () =>
  follow('inspect', async (follower, leader) => {
    await leader.run('view(); view(); add(30)');
    await follower.run('void (window.inspector = openInspector())');
    const says = (tab, text) => tab.until(`inspector.element.shadowRoot.textContent.includes('${text}')`);
    const row = (name) => `[...inspector.element.shadowRoot.querySelectorAll('.attribute')].find((one) => one.querySelector('.attribute-name').textContent === '${name}')`;
    const shows = (tab, name, value) => tab.until(`${row(name)}.querySelector('.attribute-value').textContent === '${value}'`);
    await says(follower, 'Another tab of this browser has the engine');
    await shows(follower, 'count_product_views', '2');
    await follower.until(`inspector.element.shadowRoot.querySelector('[data-rule="cart_abandonment"][data-fired="true"]') !== null`);
    await leader.run('add(12)');
    await shows(follower, 'total_cart_value', '42');
    // Once it leads, it lists the events that come.
    await follower.show();
    await follower.leads();
    await says(follower, 'Every decision is made in this page');
    await follower.run('view()');
    await shows(follower, 'count_product_views', '3');
    await follower.until(`inspector.element.shadowRoot.querySelectorAll('[data-section="events"] li').length === 1`);
  }));
