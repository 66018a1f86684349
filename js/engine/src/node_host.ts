import type { readFile } from 'node:fs/promises';

/** A file path, a file: URL, or anything fetch understands. */
export async function openInNode(
  location: string | URL,
  read: typeof readFile,
): Promise<Response | Uint8Array<ArrayBuffer>> {
  const url = String(location);
  if (/^(https?|data|blob):/i.test(url)) return fetch(url);
  return new Uint8Array(await read(url.startsWith('file:') ? new URL(url) : url));
}
