// npm run bench:sizing [-- --users 5000] [-- --events 10] [-- --people 200]: what users and their events weigh, in Redis and in
// a server, and what people with several devices do.
import { randomUUID } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createClient } from 'redis';

import { Client } from '../../js/server/test/support.mjs';
import { Device, publishUsers, SECRET, userGroup } from '../../js/server/test/sync_support.mjs';
import { Children } from './lib/children.mjs';
import { ECOM, productView } from './lib/shop_events.mjs';

const { values } = parseArgs({ options: { users: { type: 'string', default: '5000' }, events: { type: 'string', default: '10' }, people: { type: 'string', default: '200' } } });
const USERS = Number(values.users);
const EVENTS = Number(values.events);
const PEOPLE = Number(values.people);
/** The server folds a person's uploads into a state after 64 of them. */
const UPLOADS = [10, 60, 70];
const BATCH = 50;
const IN_FLIGHT = 16;
const children = new Children();
// Sizes do not depend on when it syncs.
const address = await children.startRedis('--appendfsync', 'no', '--auto-aof-rewrite-percentage', '0');
const redis = await createClient({ url: address }).connect();
const { child: server, url } = await children.serve(['--log', 'silent', '--redis', address, '--sync-secret', SECRET]);

async function ask(method, route, body) {
  const response = await fetch(url + route, { method, headers: { authorization: 'Bearer bench', 'content-type': 'application/json' }, ...(body && { body: JSON.stringify(body) }) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${route}: ${response.status} ${text}`);
  return text;
}

const track = (data) => ask('POST', '/com.snowplowanalytics.snowplow/tp2', { schema: 'iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4', data });
const gauge = async (name) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(await ask('GET', '/metrics'))[1]);

async function memoryOf(pattern) {
  let bytes = 0;
  for await (const keys of redis.scanIterator({ MATCH: pattern, COUNT: 1000 })) {
    for (const size of await Promise.all(keys.map((key) => redis.memoryUsage(key, { SAMPLES: 0 })))) bytes += size ?? 0;
  }
  return bytes;
}

const aofFolder = path.join(children.folder, 'appendonlydir');
const aofBytes = () => readdirSync(aofFolder).reduce((sum, name) => sum + statSync(path.join(aofFolder, name)).size, 0);
const print = (what, value, unit) => console.log(`${what.padEnd(72)} ${value.toFixed(0).padStart(8)} ${unit}`);

/** People with two devices each, which upload one fact at a time. */
async function measurePeople() {
  const client = new Client(url);
  await publishUsers(client);
  const devices = Array.from({ length: 2 * PEOPLE }, (_, n) => new Device(client, `person${n >> 1}`));
  let done = 0;
  const sizes = [];
  for (const uploads of UPLOADS) {
    for (; done < uploads; done++) {
      const own = devices.filter((_, n) => n % 2 === done % 2);
      for (let n = 0; n < own.length; n += IN_FLIGHT) {
        await Promise.all(own.slice(n, n + IN_FLIGHT).map(async (device) => {
          device.view(`https://shop.example/products/${done % 40}`);
          const { status, body } = await device.upload();
          if (status !== 200) throw new Error(`an upload was answered ${status} ${JSON.stringify(body)}`);
        }));
      }
    }
    sizes.push((await memoryOf('oncue:sync:{*')) / PEOPLE);
  }
  const [few, many] = sizes;
  print(`Redis: sync, each person, ${UPLOADS[0]} uploads of one fact by two devices`, few, 'bytes');
  print('Redis: sync, each further upload, until it is folded and dropped', (many - few) / (UPLOADS[1] - UPLOADS[0]), 'bytes');
  print(`Redis: sync, the state of a person after it was folded, ${userGroup().attributes.length} attributes`, (await memoryOf('oncue:sync:{*}:state')) / PEOPLE, 'bytes');
}

try {
  for (const kind of ['attribute_groups', 'services', 'interventions']) for (const object of ECOM[kind]) await ask('POST', `/api/v1/registry/${kind}/`, object);
  const users = Array.from({ length: USERS }, () => ({ duid: randomUUID(), sid: randomUUID(), uid: randomUUID() }));
  const view = (user) => ({ ...productView(randomUUID(), Date.now()).payload, ...user });
  const payload = JSON.stringify(view(users[0])).length;
  const engine = await gauge('oncue_engine_memory_bytes');
  const all = users.flatMap((user) => Array(EVENTS).fill(user));
  const worker = async () => {
    for (let batch = all.splice(0, BATCH); batch.length > 0; batch = all.splice(0, BATCH)) await track(batch.map(view));
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  for (const { duid } of users.slice(-100)) await ask('POST', '/api/v1/get-online-attributes', { attribute_keys: { domain_userid: [duid] }, service: ECOM.services[0].name });
  const total = USERS * EVENTS;
  console.log(`${USERS} users with ${EVENTS} events of ${payload} bytes each; definitions of the tutorial's shop (one key, ${ECOM.attribute_groups[0].attributes.length} attributes, ${ECOM.interventions.length} interventions)\n`);
  print('Redis: an event in the log of one partition', (await memoryOf('{oncue:p*}:log')) / total, 'bytes');
  print('Redis: the id of an event, to recognise it when repeated', (await memoryOf('{oncue:p*}:event:*')) / total, 'bytes');
  print('Redis: where an event went when it first came', (await memoryOf('{oncue:p*}:placed:*')) / total, 'bytes');
  print('Redis: append-only file, each event', aofBytes() / total, 'bytes');
  print('Redis: claims of targets of other partitions, each user', (await memoryOf('{oncue:p*}:claims:*')) / USERS, 'bytes');
  print('server: memory of the engines, each user', ((await gauge('oncue_engine_memory_bytes')) - engine) / USERS, 'bytes');
  await measurePeople();
  await children.stop(server);
  print('Redis: snapshots, each user', (await memoryOf('{oncue:p*}:snapshot')) / USERS, 'bytes');
} finally {
  redis.destroy();
  await children.close();
}
