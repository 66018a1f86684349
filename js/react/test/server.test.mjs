// On a server, where there is no visitor: components render, nothing is loaded, nothing is listened to.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { brotliCompressSync } from 'node:zlib';
import { bundle, VERSIONS } from './react.mjs';

const EXPORTS = ['Banner', 'dismissIntervention', 'receiveIntervention', 'useAttributes', 'useIntervention', 'useInterventions'];

const PAGE = `
  import { version } from 'react';
  import { renderToString } from 'react-dom/server';
  import { Banner, dismissIntervention, receiveIntervention, useAttributes, useIntervention, useInterventions } from '@oncue/react';
  // Even what another request left behind is no business of this one.
  receiveIntervention({ intervention_id: '1', name: 'sale', version: 1, attributes: {} });
  function Shop() {
    const { intervention } = useIntervention('sale');
    const views = useAttributes('shop')?.views;
    return <main>{intervention ? 'fired' : 'quiet'} {views === undefined ? 'unknown' : 'known'} {useInterventions().length}
      <Banner name="sale" label="Sale"><p>10% off</p></Banner></main>;
  }
  console.log(JSON.stringify({ version, html: renderToString(<Shop />), window: typeof window }));
  dismissIntervention('sale');
`;

for (const version of VERSIONS) {
  test(`React ${version}: renders on a server as for a visitor nothing is known of`, async () => {
    const script = await bundle(version, PAGE, { platform: 'node', format: 'cjs' });
    const output = execFileSync(process.execPath, ['-'], { input: script, encoding: 'utf8' });
    const { version: used, html, window } = JSON.parse(output);
    assert.equal(used.split('.')[0], version);
    assert.equal(window, 'undefined');
    assert.equal(html.replace(/<!-- -->/g, '').replace(/\s+/g, ' '), '<main>quiet unknown 0</main>');
  });
}

test('both formats export the same, and say that they belong to the client', async () => {
  const require = createRequire(import.meta.url);
  for (const module of [await import('@oncue/react'), require('@oncue/react')]) {
    assert.deepEqual(Object.keys(module).filter((name) => name !== 'default' && name !== 'module.exports').sort(), EXPORTS);
  }
  const { exports, sideEffects } = require('@oncue/react/package.json');
  assert.equal(sideEffects, false);
  for (const { types, default: file } of Object.values(exports['.'])) {
    assert.ok(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8').startsWith('"use client";'), file);
    assert.ok(readFileSync(new URL(`../${types}`, import.meta.url), 'utf8').includes('export'), types);
  }
});

test('what is not used is not bundled', async () => {
  const script = await bundle('19', `import { useAttributes } from '@oncue/react'; console.log(useAttributes);`, { format: 'esm', minify: true, external: ['react', '@oncue/browser-plugin'] });
  assert.doesNotMatch(script, /article|prefers-reduced-motion/);
});

test('it is small', () => {
  const bytes = brotliCompressSync(readFileSync(new URL('../dist/index.module.js', import.meta.url))).length;
  assert.ok(bytes <= 2200, `${bytes} bytes brotli, expected at most 2200`);
});
