// node scripts/draw_icons.mjs   draws public/icons/*.png from the shop's mark, with the Chromium that the tests use.
import { writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { findChromium } from '../../scripts/lib/tools.mjs';

const CUP = `<path d="M7 15h15v4.5a6 6 0 0 1-6 6h-3a6 6 0 0 1-6-6z" fill="#fbf6ec"/>
  <path d="M22 16.500h1.500a2.750 2.750 0 0 1 0 5.500H21.5" fill="none" stroke="#fbf6ec" stroke-width="2"/>
  <path d="M11.5 12c-1.6-1.8 1.6-3 0-5.200M17 12c-1.6-1.8 1.6-3 0-5.2" fill="none" stroke="#f0cdb4" stroke-width="1.800" stroke-linecap="round"/>`;

/** @param {number} corner radius of 32 @param {number} scale of the cup about the middle */
const icon = (corner, scale) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="100%" height="100%" style="display:block">
  <rect width="32" height="32" rx="${corner}" fill="#b4553a"/>
  <g transform="translate(16 16) scale(${scale}) translate(-16.25 -16)">${CUP}</g></svg>`;

// A maskable icon keeps its art in the middle four fifths, since systems cut its corners as they like.
const ICONS = { 'icon-192': [192, 9, 1], 'icon-512': [512, 9, 1], 'maskable-512': [512, 0, 0.78], 'apple-180': [180, 0, 0.95] };

const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
for (const [name, [size, corner, scale]] of Object.entries(ICONS)) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<body style="margin:0">${icon(corner, scale)}</body>`);
  writeFileSync(new URL(`../public/icons/${name}.png`, import.meta.url), await page.screenshot({ omitBackground: true }));
}
await browser.close();
