// What a page loads, minified once more: terser chooses names that compress better than esbuild's.
import fs from 'node:fs';
import path from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { minify } from 'terser';
import { root } from './paths.mjs';

/** Ways to write the same, the usual one first. Which one compresses best is different for every script, by up to a hundredth. */
const WAYS = [3, 1].flatMap((inline) =>
  [false, true].flatMap((hoist_funs) =>
    [false, true].flatMap((unsafe_arrows) => [2020, 5].map((ecma) => ({ compress: { inline, hoist_funs, unsafe_arrows }, format: { ecma } }))),
  ),
);

/** Of scripts under a budget each byte is worth the time. */
const { parts, apart } = JSON.parse(fs.readFileSync(path.join(root, 'wasm/budget.json'), 'utf8'));
const budgeted = new Set([...parts, ...apart].map((part) => path.join(root, part.file)));

/**
 * Minifies a script in place and keeps its source map, if it has one, true.
 * @param {string} file ES module (`.mjs`, `.module.js`), CommonJS (`.cjs`, or in a folder `cjs`) or classic script
 */
export async function shorten(file) {
  const module = /\.(mjs|module\.js)$/.test(file);
  const isCommonJs = file.endsWith('.cjs') || path.basename(path.dirname(file)) === 'cjs';
  const map = `${file}.map`;
  const content = fs.existsSync(map) ? fs.readFileSync(map, 'utf8') : undefined;
  const source = fs.readFileSync(file, 'utf8');
  const written = await Promise.all(
    (budgeted.has(path.resolve(file)) ? WAYS : WAYS.slice(0, 1)).map(({ compress, format }) =>
      minify(source, {
        module,
        toplevel: module || isCommonJs,
        ecma: 2020,
        compress: { passes: 3, ...compress },
        format,
        sourceMap: content && { content, url: path.basename(map) },
      }),
    ),
  );
  const sizes = written.map(({ code }) => brotliCompressSync(code).length);
  const { code, map: shortened } = written[sizes.indexOf(Math.min(...sizes))];
  fs.writeFileSync(file, code);
  if (content) fs.writeFileSync(map, shortened);
}
