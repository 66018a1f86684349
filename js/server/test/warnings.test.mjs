// decisions 4 and 12: what the engine warns of is said, in the log and on the console.
import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { after, before, describe, test } from 'node:test';
import { createLogger } from '@oncue/server';
import { Client, counterGroup, intervention, pageView, startFresh, useFolder } from './support.mjs';
import { everywhere, MISSING, startRedis, withServers } from './own_redis.mjs';

const folder = useFolder();

/** A logger, and what it was told of definitions. */
function watchLog() {
  const lines = [];
  const stream = new Writable({ write: (chunk, _encoding, done) => (lines.push(...String(chunk).trim().split('\n')), done()) });
  const warned = () => lines.map((line) => JSON.parse(line)).filter(({ code, pointer }) => code !== undefined && pointer !== undefined).map(({ level, pointer, code, msg }) => [level, pointer, code, msg.split(':')[0]]);
  return { logger: createLogger('info', stream), warned };
}

const WITHOUT_TTL = counterGroup({ ttl: undefined });
const EQUAL = intervention({ criteria: { attribute: 'g:views', operator: '==', value: 2 } });
const NOPE = intervention({ name: 'y', criteria: { attribute: 'g:nope', operator: '>', value: 2 } });
const TTL_SAID = [40, '/attribute_groups/0/attributes/0', 'no_ttl', 'attribute group "g", attribute "views"'];
const EQUAL_SAID = [40, '/interventions/0/criteria/operator', 'double_equals', 'intervention "x"'];
const NOPE_SAID = [40, '/interventions/1/criteria', 'unknown_attribute', 'intervention "y"'];
const ALL = [TTL_SAID, EQUAL_SAID, NOPE_SAID];
const shown = async (client) => (await client.api('GET', 'console/warnings')).body.map(({ pointer, code, message }) => [40, pointer, code, message.split(':')[0]]);

async function check(client, warned) {
  await client.publish({ attribute_groups: [WITHOUT_TTL] });
  assert.deepEqual(warned(), [TTL_SAID]);
  await client.publish({ interventions: [EQUAL] });
  await client.track(pageView({ duid: 'ann' }));
  assert.deepEqual(warned(), [TTL_SAID, EQUAL_SAID], 'each once');
  await client.publish({ interventions: [NOPE, intervention({ name: 'z' })] });
  assert.deepEqual(warned(), ALL);
  assert.deepEqual(await shown(client), ALL);
}

test('definitions that the engine warns of: the log says each once with pointer, code and sentence, the console shows all that hold', async () => {
  const { logger, warned } = watchLog();
  const { client, close } = await startFresh(folder, { logger });
  try {
    await check(client, warned);
    const link = { interventions: [{ name: 'x', version: 1 }] };
    await client.api('POST', 'engines/unpublish', link);
    assert.deepEqual((await shown(client)).map(([, , code]) => code), ['no_ttl', 'unknown_attribute']);
    assert.deepEqual(warned(), ALL, 'nothing new');
    await client.api('POST', 'engines/publish', link);
    assert.deepEqual(warned(), [...ALL, EQUAL_SAID], 'it has come back');
    assert.equal((await new Client(client.url, '').api('GET', 'console/warnings')).status, 401);
  } finally {
    await close();
  }
});

describe('on Redis', { skip: MISSING }, () => {
  let redis;
  before(async () => {
    redis = await startRedis(folder);
  });
  after(() => redis?.stop());

  test('the log says each once, and every server shows them', async () => {
    const { logger, warned } = watchLog();
    await withServers(redis, 1, ([client]) => check(client, warned), { logger });
    await withServers(redis, 2, async (clients) => {
      await clients[0].publish({ attribute_groups: [WITHOUT_TTL] });
      await everywhere(clients, shown, [TTL_SAID]);
    });
  });
});
