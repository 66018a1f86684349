import { readFileSync } from 'node:fs';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const SERVER = process.env.ONCUE_SERVER ?? 'http://127.0.0.1:8787';

/** The shop's definitions as a file of their own: where no server has any, pages fetch these. */
const ownDefinitions: Plugin = {
  name: 'own-definitions',
  generateBundle() {
    const source = readFileSync(new URL('src/definitions.json', import.meta.url), 'utf8');
    this.emitFile({ type: 'asset', fileName: 'shop_definitions.json', source: JSON.stringify(JSON.parse(source)) });
  },
};

export default defineConfig({
  plugins: [react(), ownDefinitions],
  // `npm run dev` beside `oncue serve`.
  server: { proxy: { '/definitions.json': SERVER, '/com.snowplowanalytics.snowplow': SERVER, '/api/v1/interventions': SERVER, '/sync/v1': SERVER } },
  build: {
    target: 'es2022',
    // Inlined data: URLs would need `data:` in the server's Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
