// What a page loads, minified once more: terser chooses names that compress better than esbuild's.
import fs from 'node:fs';
import path from 'node:path';
import { minify } from 'terser';

/**
 * Minifies a script in place and keeps its source map, if it has one, true.
 * @param {string} file ES module (`.mjs`, `.module.js`), CommonJS (`.cjs`, or in a folder `cjs`) or classic script
 */
export async function shorten(file) {
  const module = /\.(mjs|module\.js)$/.test(file);
  const isCommonJs = file.endsWith('.cjs') || path.basename(path.dirname(file)) === 'cjs';
  const map = `${file}.map`;
  const content = fs.existsSync(map) ? fs.readFileSync(map, 'utf8') : undefined;
  const { code, map: shortened } = await minify(fs.readFileSync(file, 'utf8'), {
    module,
    toplevel: module || isCommonJs,
    ecma: 2020,
    compress: { passes: 3 },
    sourceMap: content && { content, url: path.basename(map) },
  });
  fs.writeFileSync(file, code);
  if (content) fs.writeFileSync(map, shortened);
}
