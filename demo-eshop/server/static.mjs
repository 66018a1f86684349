import { readFile, stat } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
};

const PACKED_ALREADY = new Set(['.woff2', '.png']);
const packBrotli = promisify(brotliCompress);
const packGzip = promisify(gzip);

/** Serves `root`; paths that name no file get index.html, so that the shop's own router answers. */
export function createStaticHandler(root) {
  const cache = new Map();

  return async function serve(request, response, url) {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { Allow: 'GET, HEAD' }).end();
      return;
    }
    const file = await load(root, url.pathname, cache);
    if (!file) {
      response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' }).end('Not found\n');
      return;
    }
    response.setHeader('Content-Type', file.type);
    response.setHeader('ETag', file.etag);
    response.setHeader('Vary', 'Accept-Encoding');
    // The build puts a hash of the content in the name of everything under assets/.
    response.setHeader('Cache-Control', file.isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    if (request.headers['if-none-match'] === file.etag) {
      response.writeHead(304).end();
      return;
    }
    const { encoding, body } = await pack(file, String(request.headers['accept-encoding'] ?? ''));
    if (encoding) response.setHeader('Content-Encoding', encoding);
    response.writeHead(200, { 'Content-Length': body.length });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
}

async function load(root, pathname, cache) {
  let wanted;
  try {
    wanted = normalize(decodeURIComponent(pathname));
  } catch {
    return null;
  }
  if (wanted.includes('\0')) return null;
  const path = join(root, wanted);
  if (path !== root && !path.startsWith(root + sep)) return null;
  const isPage = extname(wanted) === '';
  const target = isPage ? join(root, 'index.html') : path;
  const info = await stat(target).catch(() => null);
  if (!info?.isFile()) return null;
  const stamp = `${info.mtimeMs}-${info.size}`;
  const known = cache.get(target);
  if (known?.stamp === stamp) return known;
  const extension = extname(target);
  const file = {
    stamp,
    body: await readFile(target),
    type: TYPES[extension] ?? 'application/octet-stream',
    etag: `"${Math.trunc(info.mtimeMs).toString(36)}-${info.size.toString(36)}"`,
    isHashed: wanted.startsWith(`${sep}assets${sep}`),
    isPacked: PACKED_ALREADY.has(extension),
    encodings: new Map(),
  };
  cache.set(target, file);
  return file;
}

/** Compresses once per file and encoding; the first visitor waits, the rest do not. */
async function pack(file, accepted) {
  const encoding = file.isPacked ? '' : /\bbr\b/.test(accepted) ? 'br' : /\bgzip\b/.test(accepted) ? 'gzip' : '';
  if (encoding === '') return { encoding, body: file.body };
  if (!file.encodings.has(encoding)) {
    const packed = encoding === 'br'
      ? packBrotli(file.body, { params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: file.body.length } })
      : packGzip(file.body);
    file.encodings.set(encoding, packed);
  }
  return { encoding, body: await file.encodings.get(encoding) };
}
