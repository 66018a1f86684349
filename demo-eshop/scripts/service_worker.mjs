// node scripts/service_worker.mjs   writes dist/sw.js, by Workbox: after one visit the shop opens without a network.
import { fileURLToPath } from 'node:url';
import { generateSW } from 'workbox-build';

const folder = fileURLToPath(new URL('../dist/', import.meta.url));

const { count, size, warnings } = await generateSW({
  globDirectory: folder,
  globPatterns: ['**/*.{html,js,css,wasm,woff2,svg,png,webmanifest}', 'shop_definitions.json'],
  // Fonts of alphabets that the shop has no text in load when a page wants them, and the engine for what this shop's pages do without.
  globIgnores: ['**/*-{cyrillic,greek,vietnamese,latin-ext,cyrillic-ext,greek-ext}-*.woff2', '**/oncue.page-*.wasm'],
  swDest: `${folder}sw.js`,
  // Every page is index.html, in which the shop's router looks at the address; the collector's paths are no pages.
  navigateFallback: '/index.html',
  navigateFallbackDenylist: [/^\/(events|definitions)\.json$/, /^\/i$/, /^\/com\.snowplowanalytics/, /^\/api\//, /^\/sync/, /^\/second-device$/],
  // The newest definitions, without a network the last ones, and the shop's own before there were any.
  runtimeCaching: [
    {
      urlPattern: ({ sameOrigin, url }) => sameOrigin && url.pathname === '/definitions.json',
      handler: 'NetworkFirst',
      options: { cacheName: 'definitions', precacheFallback: { fallbackURL: '/shop_definitions.json' } },
    },
  ],
  // The names under assets/ have a hash in them already.
  dontCacheBustURLsMatching: /^assets\//,
  // The first visit counts; a new version of the shop waits until the last tab of the old one is gone.
  clientsClaim: true,
  skipWaiting: false,
  cleanupOutdatedCaches: true,
  inlineWorkboxRuntime: true,
  sourcemap: false,
});
for (const warning of warnings) console.warn(warning);
console.log(`dist/sw.js keeps ${count} files, ${Math.round(size / 1024)} kB`);
