// What tests of hostile input share.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';

/** No 5xx, and nothing of the server's inside in an answer. */
export function assertPlain({ status, body }, what) {
  const text = JSON.stringify(body);
  assert.ok(status < 500, `${what}: ${status} ${text.slice(0, 300)}`);
  assert.doesNotMatch(text, /FST_|node_modules|\bat \w+ \(|\.mjs:|\/src\/|sqlite/i, what);
}

/** A value with one place in it replaced by something else. */
export function damaged(value, path, other) {
  if (path.length === 0 || typeof value !== 'object' || value === null) return other;
  const keys = Object.keys(value);
  if (keys.length === 0) return other;
  const key = keys[path[0] % keys.length];
  const copy = Array.isArray(value) ? [...value] : { ...value };
  copy[key] = damaged(value[key], path.slice(1), other);
  return copy;
}

/** Every route of a server, from its own router: `{method, path}`, where `{name}` in a path stands for a parameter. */
export async function routesOf(client) {
  const { body } = await client.ask('GET', '/openapi.json');
  return Object.entries(body.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })));
}

/** Sends bytes as they are; resolves to all that came back once the server has closed. */
export async function raw(port, text) {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8').on('data', (part) => (answer += part)).on('error', () => {});
  socket.write(text);
  await once(socket, 'close');
  return answer;
}
