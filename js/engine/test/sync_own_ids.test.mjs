// What is of one browser or session stays on the device.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine } from '@oncue/engine';
import { append, definitions, device, NOW, of, upload, values, view } from './sync_support.mjs';

test('sync: ids of one browser never leave it', () => {
  for (const key of ['domain_userid', 'domain_sessionid']) {
    const engine = createEngine({ definitions, syncKeys: ['user_id', key] });
    assert.equal(engine.sync({ do: 'status' }, { now: NOW }).error.code, 'sync_key_is_device');
  }
});

test('sync: an id of one browser never leaves it under another name of its key, or read from elsewhere', () => {
  const atomic = (name) => ({ type: 'atomic', name });
  const session = (member) => ({ type: 'entity', vendor: 'com.snowplowanalytics.snowplow', name: 'client_session', major_version: 1, path: member });
  const group = (name) => ({ name: 'g', version: 1, attribute_key: { name }, attributes: [{ name: 'n', type: 'int32', aggregation: 'counter', events: [] }] });
  for (const [key, property] of [
    ['user'],
    ['session'],
    ['refr_domain_userid'],
    ['mine', atomic('domain_userid')],
    ['mine', atomic('domain_sessionid')],
    ['mine', session('userId')],
    ['mine', session('previousSessionId')],
  ]) {
    const keys = property ? [{ name: key, property }] : [];
    const engine = createEngine({ definitions: { attribute_keys: keys, attribute_groups: [group(key)] }, syncKeys: ['user_id', key], seed: 1 });
    view(engine, 'mug', NOW);
    for (const command of [{ do: 'status' }, { do: 'upload', key: 'user_id', id: 'ann' }, { do: 'upload', key, id: 'browser' }]) {
      const { error } = engine.sync(command, { now: NOW });
      assert.equal(error?.code, 'sync_key_is_device', `${key} ${JSON.stringify(property)}`);
      assert.match(error.message, new RegExp(`^"${key}" .* take it out of syncKeys\\.$`));
    }
  }
  const keys = [{ name: 'mine', property: atomic('network_userid') }];
  const allowed = createEngine({ definitions: { attribute_keys: keys, attribute_groups: [group('mine')] }, syncKeys: ['mine'] });
  assert.equal(allowed.sync({ do: 'status' }, { now: NOW }).error, undefined);
});

test('sync: a server goes on for other keys when one of its keys turns out to be a device\'s', () => {
  const keys = [{ name: 'mine', property: { type: 'atomic', name: 'domain_userid' } }];
  const engine = createEngine({ definitions: { ...definitions, attribute_keys: keys }, syncKeys: ['user_id', 'mine'], syncSource: 'facts' });
  assert.equal(engine.sync({ do: 'state', key: 'mine', id: 'x' }, { now: NOW }).error.code, 'sync_key_is_device');
  const a = device(1);
  view(a, 'mug', NOW);
  assert.equal(append(engine, upload(a, NOW), NOW).status, 'ok');
});

test('sync: attributes that are made of a browser\'s ids stay on the device, which counts them for itself and says which', () => {
  const atomic = (name) => ({ type: 'atomic', name });
  const list = (name, property) => ({ name, type: 'string_list', aggregation: 'unique_list', events: [], property });
  const attributes = [
    { name: 'views', type: 'int32', aggregation: 'counter', events: [] },
    list('browsers', atomic('domain_userid')),
    list('sessions', atomic('domain_sessionid')),
    list('before', atomic('refr_domain_userid')),
    list('pages', atomic('page_url')),
    { ...list('visits', { type: 'entity', vendor: 'com.snowplowanalytics.snowplow', name: 'client_session', major_version: 1, path: 'sessionId' }) },
  ];
  const group = { name: 'person', version: 1, attribute_key: { name: 'user_id' }, attributes };
  const bundle = { attribute_groups: [group] };
  const start = (seed, more) => createEngine({ definitions: bundle, syncKeys: ['user_id'], seed, ...more });
  const [a, b, s] = [start(1), start(2), start(3, { syncSource: 'facts' })];
  const sessionOf = (cookie) => `00000000-0000-4000-8000-${Buffer.from(cookie.slice(-6)).toString('hex').padStart(12, '0')}`;
  const track = (engine, n, cookie) => {
    const entity = { schema: 'iglu:com.snowplowanalytics.snowplow/client_session/jsonschema/1-0-2', data: { userId: cookie, sessionId: `visit of ${cookie}`, previousSessionId: null } };
    const co = JSON.stringify({ schema: 'iglu:com.snowplowanalytics.snowplow/contexts/jsonschema/1-0-0', data: [entity] });
    const ids = { uid: 'ann', duid: cookie, sid: sessionOf(cookie) };
    engine.track({ e: 'pv', eid: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`, url: 'https://shop.example/?_sp=other.1', ...ids, co }, { now: NOW + n });
  };
  const local = ['person:browsers', 'person:sessions', 'person:before', 'person:visits'];
  for (const engine of [a, b, s]) assert.deepEqual(engine.sync({ do: 'status' }, { now: NOW }).local, local);
  assert.equal(device(4).sync({ do: 'status' }, { now: NOW }).local, undefined);

  track(a, 1, 'cookie-a');
  track(b, 2, 'cookie-b');
  for (const engine of [a, b]) {
    const body = upload(engine, NOW + 2);
    const bytes = body.facts.map((fact) => Buffer.from(fact, 'base64url').toString('latin1')).join();
    assert.ok(bytes.includes('shop.example') && !bytes.includes('cookie') && !bytes.includes('4000-8000'), bytes);
    const answer = append(s, body, NOW + 2);
    assert.equal(answer.status, 'ok');
    assert.equal(engine.sync({ do: 'ack', ...of, n: answer.n, chain: answer.chain }, { now: NOW + 2 }).ok, true);
  }
  track(s, 3, 'cookie-s');
  const { state } = s.sync({ do: 'state', ...of }, { now: NOW + 3 });
  assert.ok(!Buffer.from(state, 'base64url').toString('latin1').includes('cookie'));
  for (const engine of [a, b]) engine.sync({ do: 'merge', ...of, state }, { now: NOW + 3 });

  const again = start(1);
  again.restore(a.snapshot());
  again.sync({ do: 'status' }, { now: NOW + 3 });
  for (const [engine, name] of [[a, 'a'], [again, 'a'], [b, 'b']]) {
    const { views, browsers, sessions, before, pages, visits } = values(engine, NOW + 3);
    assert.deepEqual({ views, browsers, sessions, before, visits }, { views: 2, browsers: [`cookie-${name}`], sessions: [sessionOf(`cookie-${name}`)], before: ['other'], visits: [`visit of cookie-${name}`] });
    assert.equal(pages.length, 1);
  }
  assert.deepEqual([values(s, NOW + 3).views, values(s, NOW + 3).browsers], [2, null]);

  a.sync({ do: 'forget', ...of, epoch: 1 }, { now: NOW + 4 });
  assert.equal(a.attributes('user_id', 'ann', NOW + 4).person.browsers, null);
});
