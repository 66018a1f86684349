// The demonstration shop's definitions, published to a server that has none, the way the Signals SDK does it.
import fs from 'node:fs';
import { Failure } from './processes.mjs';

const KINDS = ['attribute_keys', 'attribute_groups', 'services', 'interventions'];
/** What SDKs create over as well: it exists. */
const EXISTS = 400;

async function ask(server, path, init) {
  const response = await fetch(`${server}/api/v1/registry/${path}/`, { ...init, headers: { authorization: 'Bearer local' } });
  if (response.ok || response.status === EXISTS) return response.json();
  throw new Failure(`The shop's definitions cannot be published: ${response.status} ${await response.text()}`);
}

/**
 * Publishes the bundle in `file` unless the server has interventions already. They come last, so a start that was
 * interrupted is made up for by the next.
 * @param {string} server without a slash at the end
 */
export async function seed(server, file) {
  const known = await ask(server, 'interventions');
  if (known.length > 0) return;
  const bundle = JSON.parse(fs.readFileSync(file, 'utf8'));
  for (const kind of KINDS) {
    for (const object of bundle[kind] ?? []) await ask(server, kind, { method: 'POST', body: JSON.stringify(object) });
  }
}
