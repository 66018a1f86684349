// A server whose engine runs out of memory, and what it answers from then on.
import assert from 'node:assert/strict';
import { metric } from './own_redis.mjs';

/** 16 MiB: the engine's memory ends below what the server allows. */
export const SMALL = ['--wasm-max-mem-pages=256'];

export const health = (client) => client.ask('GET', '/healthz');
export const reading = (client, id) => client.api('POST', 'get-online-attributes', { attribute_keys: { domain_userid: [id] }, attributes: ['g_v1:views'] });

/** @param refusal of the first events that were not taken; `known` is an id that was acknowledged */
export async function expectFailed(client, refusal, known) {
  assert.equal(refusal.status, 503);
  assert.match(refusal.body.error, /the engine failed/);
  const { status, body } = await health(client);
  assert.deepEqual([status, body.dependencies], [503, { storage: 'ok', engine: 'failed' }]);
  assert.match(body.error, /the log has everything that was acknowledged; start the server again/);
  assert.equal(await metric(client, 'oncue_engine_ok'), -1);
  assert.equal((await reading(client, known)).status, 503);
  assert.equal((await client.api('DELETE', 'domain_userid/ann')).status, 503);
  assert.equal((await client.api('POST', 'registry/attribute_keys/', { name: 'user_id' })).status, 503);
}
