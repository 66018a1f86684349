import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createEngine } from '@oncue/engine';
import { append, countAnew, definitions, device, exchange, fetchState, NOW, of, property, server, stateOf, upload, values, view } from './sync_support.mjs';

test('sync: facts of two devices make the same values and the same bytes everywhere', () => {
  const [a, b, s] = [device(1), device(2), server()];
  view(a, 'mug', NOW);
  view(b, 'cup', NOW + 1000);
  view(a, 'tea', NOW + 2000);
  exchange(a, s, NOW + 3000);
  exchange(b, s, NOW + 3000);
  assert.equal(fetchState(a, s, NOW + 4000).status, 'ok');
  assert.equal(fetchState(b, s, NOW + 4000).status, 'ok');
  const expected = { views: 3, pages: ['mug', 'cup', 'tea'].map((path) => `https://shop.example/${path}`), recent: 3, visit: 3 };
  for (const engine of [a, b, s]) {
    assert.deepEqual(values(engine, NOW + 5000), expected);
    assert.equal(stateOf(engine).state, stateOf(s).state);
    assert.equal(stateOf(engine).digest, stateOf(s).digest);
    const { state, ...heads } = stateOf(engine);
    assert.deepEqual(engine.sync({ do: 'state', bytes: 0, ...of }, { now: NOW + 5000 }), heads, 'without its bytes');
  }
});

test('sync: facts that the server hands on have the same effect as its state', () => {
  const [a, b, s] = [device(1), device(2), server()];
  view(a, 'mug', NOW);
  view(a, 'cup', NOW + 1);
  const body = upload(a, NOW + 10);
  const { n, chain } = append(s, body, NOW + 20);
  const { protocol, fired, ...facts } = body;
  const handed = { ...facts, do: 'facts', chain };
  assert.equal(b.sync(handed, { now: NOW + 30 }).status, 'ok');
  assert.equal(b.sync(handed, { now: NOW + 30 }).status, 'known');
  assert.equal(b.sync({ ...handed, base: 3 }, { now: NOW + 30 }).status, 'gap');
  assert.equal(b.sync({ ...handed, epoch: 1 }, { now: NOW + 30 }).status, 'epoch');
  assert.equal(b.sync({ ...handed, chain: '00000000000000ff' }, { now: NOW + 30 }).status, 'fork');
  assert.equal(a.sync(handed, { now: NOW + 30 }).status, 'ok'); // its own facts acknowledge
  assert.equal(a.sync({ do: 'status' }, { now: NOW + 30 }).ids[0].pending, 0);
  assert.equal(stateOf(b).state, stateOf(s).state);
  assert.equal(values(b, NOW + 30).views, n);
});

test('sync: an upload whose answer was lost comes again byte for byte, and counts once', () => {
  const [a, s] = [device(1), server()];
  view(a, 'mug', NOW);
  const first = upload(a, NOW + 10, { offset: 5000 });
  append(s, first, NOW + 20);
  view(a, 'cup', NOW + 30);
  const second = upload(a, NOW + 40, { offset: 7000 });
  assert.equal(second.facts[0], first.facts[0]);
  assert.equal(second.facts.length, 2);
  const answer = append(s, second, NOW + 50);
  assert.deepEqual([answer.status, answer.n, answer.fresh], ['ok', 2, 1]);
  assert.equal(append(s, first, NOW + 60).n, 2);
  assert.equal(values(s, NOW + 7100).views, 2);
});

test('sync: a gap, a fork, another epoch, the future, the floor and bad facts are refused whole', () => {
  const [a, s] = [device(1), server()];
  view(a, 'mug', NOW);
  view(a, 'cup', NOW + 10);
  const body = upload(a, NOW + 20);
  const refused = (change) => append(s, { ...body, ...change }, NOW + 30);
  assert.equal(refused({ base: 1 }).status, 'gap');
  assert.equal(refused({ chain: '00000000000000ff' }).status, 'fork');
  assert.equal(refused({ epoch: 2 }).status, 'epoch');
  assert.deepEqual([refused({ newest: NOW + 5 }).status, refused({ newest: NOW + 5 }).index], ['future', 1]);
  assert.equal(refused({ facts: [...body.facts, 'AAAA'] }).status, 'bad');
  assert.equal(refused({ facts: [body.facts[1], body.facts[0]] }).status, 'bad');
  assert.equal(stateOf(s).digest, stateOf(server()).digest);
  assert.equal(refused({}).status, 'ok');
  const late = server();
  late.sync({ do: 'floor', ...of, floor: NOW + 5 }, { now: NOW });
  const { status, floor } = append(late, body, NOW + 30);
  assert.deepEqual([status, floor], ['floor', NOW + 5]);
});

test('sync: what was refused for its future and is then taken from a late copy of the request counts once', () => {
  const [a, s] = [device(1), server()];
  view(a, 'mug', NOW);
  view(a, 'cup', NOW + 10);
  const early = upload(a, NOW + 20, { offset: 61_000 });
  assert.equal(append(s, { ...early, newest: NOW }, NOW).status, 'future');
  assert.equal(a.sync({ do: 'refused', ...of, reason: 'future' }, { now: NOW + 30 }).pending, 2);
  view(a, 'pen', NOW + 40);
  const again = upload(a, NOW + 50);
  assert.equal(again.facts.length, 3);
  const { n, chain } = append(s, { ...early, newest: NOW + 70_000 }, NOW + 61_000);
  assert.equal(append(s, again, NOW + 61_000).status, 'fork');
  const restored = device(1);
  restored.restore(a.snapshot());
  for (const one of [a, restored]) {
    const { fork, pending } = one.sync({ do: 'ack', ...of, n, chain }, { now: NOW + 70 });
    assert.deepEqual([fork, pending], [undefined, 1]);
  }
  exchange(a, s, NOW + 61_100);
  assert.equal(values(a, NOW + 61_200).views, 3);
  assert.equal(stateOf(a).state, stateOf(s).state);
});

test('sync: a restored old snapshot is told apart as a fork and goes on under a new replica', () => {
  const [a, s] = [device(1), server()];
  view(a, 'mug', NOW);
  exchange(a, s, NOW + 10);
  const old = a.snapshot();
  view(a, 'cup', NOW + 20);
  exchange(a, s, NOW + 30);
  a.restore(old);
  view(a, 'tea', NOW + 40);
  const answer = append(s, upload(a, NOW + 50), NOW + 50);
  assert.equal(answer.status, 'fork');
  assert.deepEqual(a.sync({ do: 'ack', ...of, n: answer.n, chain: answer.chain }, { now: NOW + 50 }), { fork: true, fired: [] });
  const { replica } = a.sync({ do: 'fork', seed: '77' }, { now: NOW + 50 });
  assert.match(replica, /^[0-9a-f]{16}$/);
  assert.equal(a.sync({ do: 'fork', seed: '77' }, { now: NOW + 50 }).error.code, 'seed_used');
  exchange(a, s, NOW + 60);
  fetchState(a, s, NOW + 70);
  assert.equal(values(a, NOW + 80).views, 3);
  assert.equal(stateOf(a).state, stateOf(s).state);
});

test('sync: an edge that only a merge makes true needs a claim, an own edge does not', () => {
  const [a, b, s] = [device(1), device(2), server()];
  for (let i = 0; i < 2; i++) view(a, 'mug', NOW + i);
  for (let i = 0; i < 2; i++) assert.deepEqual(view(b, 'cup', NOW + i), []);
  exchange(a, s, NOW + 10);
  exchange(b, s, NOW + 10);
  const { fired } = fetchState(b, s, NOW + 20);
  assert.deepEqual(fired.map(({ name, claim, event_id }) => ({ name, claim, event_id })), [
    { name: 'regular', claim: { key: 'user_id', id: 'ann', required: true }, event_id: null },
  ]);
  assert.deepEqual(fetchState(b, s, NOW + 30).fired, []);
  const alone = device(3);
  for (let i = 0; i < 3; i++) view(alone, 'mug', NOW + i);
  assert.deepEqual(view(alone, 'mug', NOW + 3)[0].claim, { key: 'user_id', id: 'ann', required: false });
});

test('sync: what another device has claimed does not fire here', () => {
  const a = device(1);
  a.sync({ do: 'claims', ...of, claims: [{ name: 'regular', version: 1 }] }, { now: NOW });
  for (let i = 0; i < 6; i++) assert.deepEqual(view(a, 'mug', NOW + i), []);
});

test('sync: a server stores facts only and fires nothing', () => {
  const [a, s] = [device(1), server()];
  for (let i = 0; i < 5; i++) view(a, 'mug', NOW + i);
  assert.deepEqual(append(s, upload(a, NOW + 10), NOW + 10).fired, []);
  assert.deepEqual(view(s, 'tea', NOW + 20), []);
  assert.equal(values(s, NOW + 30).views, 5);
  assert.equal(s.attributes('domain_userid', 'browser', NOW + 30).browser.views, 1);
});

test('sync: forgetting wipes what is older, here and where a state with a greater epoch arrives', () => {
  const [a, b, s] = [device(1), device(2), server()];
  view(a, 'mug', NOW);
  exchange(a, s, NOW + 10);
  fetchState(b, s, NOW + 20);
  view(b, 'cup', NOW + 30);
  assert.equal(s.sync({ do: 'forget', ...of, epoch: 1 }, { now: NOW + 40 }).epoch, 1);
  assert.equal(append(s, upload(b, NOW + 50), NOW + 50).status, 'epoch');
  assert.equal(fetchState(b, s, NOW + 60).epoch, 1);
  assert.equal(values(b, NOW + 70).views, null);
  assert.equal(b.sync({ do: 'status' }, { now: NOW + 70 }).ids[0].pending, 0);
  view(b, 'tea', NOW + 80);
  exchange(b, s, NOW + 90);
  assert.equal(values(s, NOW + 100).views, 1);
});

test('sync: a snapshot holds what is synced; the same inputs give the same bytes', () => {
  const run = () => {
    const [a, s] = [device(1), server()];
    view(a, 'mug', NOW);
    exchange(a, s, NOW + 10);
    view(a, 'cup', NOW + 20);
    upload(a, NOW + 30, { offset: 100 });
    view(a, 'tea', NOW + 40);
    return a;
  };
  countAnew();
  const a = run();
  countAnew();
  const bytes = run().snapshot();
  assert.deepEqual(a.snapshot(), bytes);
  assert.equal(bytes[4], 3);

  const early = device(9);
  early.restore(bytes);
  const late = createEngine({ definitions, syncKeys: ['user_id'], seed: 9 });
  late.restore(bytes);
  assert.deepEqual(late.snapshot(), bytes);
  late.sync({ do: 'status' }, { now: NOW + 40 });
  for (const restored of [early, late]) {
    assert.deepEqual(restored.snapshot(), bytes);
    const { stats, ...status } = restored.sync({ do: 'status' }, { now: NOW + 50 });
    const { stats: counted, ...expected } = a.sync({ do: 'status' }, { now: NOW + 50 });
    assert.deepEqual(status, expected);
    assert.deepEqual([stats.recorded, counted.recorded], [0, 3]);
    assert.deepEqual(values(restored, NOW + 50), values(a, NOW + 50));
  }
  assert.equal(createEngine({ definitions, syncKeys: ['user_id'], seed: 1 }).snapshot()[4], 2);
});

test('sync: definitions that have grown are made up for by the state of an engine that has them', () => {
  const grown = structuredClone(definitions);
  grown.attribute_groups[0].attributes.push({ name: 'first', type: 'string', aggregation: 'first', property, events: [] });
  const a = createEngine({ definitions: grown, syncKeys: ['user_id'], seed: 1 });
  a.sync({ do: 'status' }, { now: NOW });
  const s = createEngine({ definitions: grown, syncKeys: ['user_id'], syncSource: 'facts', seed: 2 });
  view(a, 'mug', NOW);
  const old = server();
  assert.equal(append(old, upload(a, NOW + 10), NOW + 10).status, 'definitions');
  exchange(a, s, NOW + 10);
  const b = device(3);
  fetchState(b, s, NOW + 20);
  assert.equal(b.sync({ do: 'status' }, { now: NOW + 20 }).ids[0].incomplete, undefined);
  b.load(grown);
  assert.equal(b.sync({ do: 'status' }, { now: NOW + 30 }).ids[0].incomplete, true);
  assert.equal(fetchState(b, s, NOW + 40).status, 'ok');
  assert.equal(values(b, NOW + 50).first, 'https://shop.example/mug');
  assert.equal(stateOf(b).state, stateOf(s).state);
});

test('sync: facts wait for the server through a change of definitions', () => {
  const a = device(1);
  view(a, 'mug', NOW);
  a.load(definitions);
  assert.equal(values(a, NOW + 10).views, 1);
  assert.equal(upload(a, NOW + 20).facts.length, 1);
});

test('sync: the default TTL and the window limit of a device do not apply to synced keys', () => {
  const a = device(1, { defaultTtlMs: 1000, windowEventLimit: 2 });
  for (let i = 0; i < 3; i++) view(a, 'mug', NOW + i);
  assert.equal(values(a, NOW + 5000).views, 3);
  assert.equal(values(a, NOW + 5000).recent, 3);
  assert.equal(a.attributes('domain_userid', 'browser', NOW + 5000).browser.views, null);
  assert.equal(a.sync({ do: 'status' }, { now: NOW + 5000 }).definitions, device(2).sync({ do: 'status' }, { now: NOW }).definitions);
});

test('sync: commands that are wrong say so and change nothing', () => {
  const a = device(1);
  view(a, 'mug', NOW);
  const before = a.snapshot();
  for (const [command, code] of [
    ['', 'bad_command'],
    ['[]', 'bad_command'],
    [{ do: 'dance' }, 'bad_command'],
    [{ do: 'ack', ...of, n: 1 }, 'bad_command'],
    [{ do: 'ack', ...of, n: -1, chain: '0000000000000000' }, 'bad_command'],
    [{ do: 'ack', ...of, n: 1, chain: 'xyz' }, 'bad_command'],
    [{ do: 'fork', seed: '-1' }, 'bad_command'],
    [{ do: 'state', key: 'domain_userid', id: 'x' }, 'key_not_synced'],
    [{ ...of, do: 'append', epoch: 0, replica: '0000000000000001', base: 0, chain: '0000000000000000', facts: [] }, 'not_a_server'],
  ]) {
    const { error } = a.sync(command, { now: NOW + 9 });
    assert.equal(error?.code, code, JSON.stringify(command));
    assert.match(error.message, /\.$/);
  }
  assert.equal(a.sync({ do: 'merge', ...of, state: 'AAAA' }, { now: NOW }).status, 'bad');
  assert.deepEqual(a.snapshot(), before);
});


test('sync: what fires after a fork has other ids than on the copy, and the same ones when it is replayed', () => {
  const a = device(1);
  for (let i = 0; i < 3; i++) view(a, 'mug', NOW + i);
  const copied = a.snapshot();
  const b = device(1);
  b.restore(copied);
  assert.notEqual(b.sync({ do: 'fork', seed: '77' }, { now: NOW + 5 }).replica, a.sync({ do: 'status' }, { now: NOW + 5 }).replica);
  const forked = b.snapshot();
  const idOf = (engine) => view(engine, 'mug', NOW + 10)[0].intervention_id;
  const ids = [idOf(a), idOf(b)];
  assert.notEqual(ids[0], ids[1]);

  const again = device(1);
  again.restore(forked);
  assert.equal(idOf(again), ids[1]);
  // An engine that has forked takes another state.
  again.restore(copied);
  assert.equal(idOf(again), ids[0]);
});

test('sync: anonymous history is adopted only when asked, once, and only where it was kept', () => {
  const anonymous = (engine, now) => view(engine, 'mug', now, '');
  const plain = device(1);
  anonymous(plain, NOW);
  assert.equal(plain.sync({ do: 'stitch', ...of }, { now: NOW + 1 }).adopted, 0);

  const [a, s] = [device(2), server()];
  a.sync({ do: 'status', stitchable: true }, { now: NOW });
  for (let i = 0; i < 3; i++) anonymous(a, NOW + i);
  a.restore(a.snapshot());
  assert.deepEqual(a.sync({ do: 'status' }, { now: NOW + 5 }).ids, []);
  assert.equal(a.sync({ do: 'stitch', ...of }, { now: NOW + 10 }).adopted, 3);
  assert.equal(a.sync({ do: 'stitch', ...of }, { now: NOW + 10 }).adopted, 0);
  assert.equal(view(a, 'cup', NOW + 20)[0].claim.required, false);
  exchange(a, s, NOW + 30);
  assert.equal(values(s, NOW + 40).views, 4);
  assert.equal(stateOf(s).state, (fetchState(a, s, NOW + 40), stateOf(a).state));
});

test('sync: anonymous history goes with the browser it was of, with consent, and beyond 1,000 events', () => {
  const a = device(1);
  const adopted = () => a.sync({ do: 'stitch', ...of }, { now: NOW + 9000 }).adopted;
  a.sync({ do: 'status', stitchable: true }, { now: NOW });
  view(a, 'mug', NOW, '');
  a.forget('domain_userid', 'browser');
  assert.equal(adopted(), 0);
  view(a, 'mug', NOW, '');
  a.sync({ do: 'status', stitchable: false }, { now: NOW });
  assert.equal(adopted(), 0);
  a.sync({ do: 'status', stitchable: true }, { now: NOW });
  for (let i = 0; i < 1005; i++) view(a, 'mug', NOW + i, '');
  assert.equal(adopted(), 1000);
});

for (const [file, canSync] of [['oncue.sync.wasm', true], ['oncue.page.wasm', false]]) {
  test(`${file} ${canSync ? 'syncs' : 'says which file does'}`, async () => {
    // A module of its own: each loads its wasm once.
    const { createEngine: create, load: loadFrom } = await import(`${import.meta.resolve('@oncue/engine/slim')}?${file}`);
    await loadFrom({ wasm: readFileSync(new URL(import.meta.resolve(`@oncue/engine/${file}`))) });
    const engine = create({ definitions: '[]', syncKeys: ['user_id'], seed: 1 });
    const status = () => engine.sync({ do: 'status' }, { now: 1 });
    if (canSync) assert.deepEqual(status().ids, []);
    else assert.throws(status, { code: 'sync_unavailable', message: /oncue\.sync\.wasm/ });
  });
}

test('oncue.plain.wasm says which file syncs', async () => {
  const { createEngine: create, load: loadFrom } = await import(new URL('../dist/browser.mjs?plain', import.meta.url));
  const engine = { definitions: '[]' };
  await loadFrom({ plainWasm: readFileSync(new URL(import.meta.resolve('@oncue/engine/oncue.plain.wasm'))), engine });
  const made = create(engine);
  assert.throws(() => made.sync({ do: 'status' }, { now: 1 }), { code: 'sync_unavailable', message: /oncue\.sync\.wasm/ });
  assert.deepEqual(made.track({ e: 'pv', duid: 'u' }, { now: 2 }), [], 'it goes on');
});
