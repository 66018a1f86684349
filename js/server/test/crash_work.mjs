// What is under way on a server that is going to be killed, besides events: definitions that change, ids that are erased,
// direct interventions. Each knows what it was told, and checks it against the next server.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { intervention, pageView, Stream } from './support.mjs';

/** @returns the answer, or undefined where the server was gone before it answered */
const ask = (asked) => asked().catch(() => undefined);

/** Creates, changes, publishes, delivers, unpublishes and deletes an intervention, over and over. */
export class Editor {
  /** What it was told: `null` while there is none. */
  state = null;
  /** What was asked and not answered: it may have happened. */
  maybe;
  changes = 0;

  constructor(number) {
    this.name = `e${number}`;
    this.steps = [
      [() => ({ description: `made ${this.changes}`, published: false, priority: 0 }), (client, { description }) => client.api('POST', 'registry/interventions/', this.body({ description }))],
      [(state) => ({ ...state, description: `put ${this.changes}` }), (client, { description }) => client.api('PUT', this.path, this.body({ description }))],
      [(state) => ({ ...state, published: true }), (client) => client.api('POST', 'engines/publish', this.link)],
      [(state) => ({ ...state, priority: this.changes }), (client, { priority }) => client.api('PUT', `delivery/${this.name}/1`, { priority })],
      [(state) => ({ ...state, description: `again ${this.changes}` }), (client, { description }) => client.api('PUT', this.path, this.body({ description, is_published: true }))],
      [(state) => ({ ...state, published: false }), (client) => client.api('POST', 'engines/unpublish', this.link)],
      [() => null, (client) => client.api('DELETE', this.path)],
    ];
    this.next = 0;
  }

  get path() {
    return `registry/interventions/${this.name}/versions/1`;
  }

  get link() {
    return { interventions: [{ name: this.name, version: 1 }] };
  }

  body(more) {
    return intervention({ name: this.name, is_published: false, criteria: { attribute: 'g:views', operator: '>=', value: 1e9 }, ...more });
  }

  async work(client, isOver, mostSteps) {
    for (let left = mostSteps; left > 0 && !isOver(); left--) {
      const [change, send] = this.steps[this.next];
      this.changes++;
      const after = change(this.state);
      const answer = await ask(() => send(client, after));
      if (!answer) {
        this.maybe = { after };
        return;
      }
      assert.ok([200, 201].includes(answer.status), `${this.name}: ${JSON.stringify(answer.body)}`);
      this.take(after);
    }
  }

  take(state) {
    this.state = state;
    this.next = (this.next + 1) % this.steps.length;
  }

  async check(client, when) {
    const { status, body } = await client.api('GET', this.path);
    const { body: delivery } = await client.api('GET', `delivery/${this.name}/1`);
    const found = status === 404 ? null : { description: body.description, published: body.is_published, priority: delivery.priority ?? 0 };
    const known = this.maybe ? [this.state, this.maybe.after] : [this.state];
    const texts = known.map((state) => JSON.stringify(state));
    assert.ok(texts.includes(JSON.stringify(found)), `${when}: ${this.name} is ${JSON.stringify(found)}, expected ${texts.join(' or ')}`);
    if (this.maybe && JSON.stringify(found) === texts[1]) this.take(this.maybe.after);
    this.maybe = undefined;
  }
}

/** Lets visitors come and be erased. */
export class Eraser {
  /** Ids whose erasure was acknowledged. */
  erased = [];

  /** Who is to be erased next; `asked`: an erasure that was not answered, which may have happened. */
  next;

  async work(client, isOver, most) {
    for (let left = most; left > 0 && !isOver(); left--) {
      this.next ??= await this.come(client);
      if (!this.next) return;
      const { id, asked } = this.next;
      this.next.asked = true;
      const gone = await ask(() => client.api('DELETE', `domain_userid/${id}`));
      if (!gone) return;
      assert.equal(gone.status, 200);
      if (!asked) assert.equal(gone.body.keys_found, true);
      this.erased.push(id);
      this.next = undefined;
    }
  }

  async come(client) {
    const id = randomUUID();
    const came = await ask(() => client.track(pageView({ duid: id }), pageView({ duid: id })));
    return came?.status === 200 ? { id, asked: false } : undefined;
  }

  async check(client, when) {
    for (let n = 0; n < this.erased.length; n += 100) {
      const ids = this.erased.slice(n, n + 100);
      const { body } = await client.api('POST', 'get-online-attributes', { attribute_keys: { domain_userid: ids }, attributes: ['g_v1:views'] });
      assert.deepEqual(body.views.filter((views) => views !== null), [], `${when}: erased ids`);
    }
  }
}

/** Pushes to a stream of its own. */
export class Pusher {
  id = randomUUID();
  delivered = 0;

  async work(client, isOver) {
    const stream = await Stream.open(client.url, { domain_userid: this.id }).catch(() => undefined);
    if (!stream?.status) return;
    const told = [];
    while (!isOver()) {
      const intervention_id = randomUUID();
      const answer = await ask(() => client.api('POST', `interventions?domain_userid=${this.id}`, { name: 'n', version: 1, intervention_id }));
      if (!answer) break;
      assert.deepEqual([answer.status, answer.body], [200, { status: 'success' }]);
      told.push(intervention_id);
    }
    await stream.until(({ isOpen }) => !isOpen);
    const ids = stream.messages.map((message) => message.intervention_id);
    assert.equal(new Set(ids).size, ids.length, 'nothing twice');
    assert.deepEqual(told.filter((one) => !ids.includes(one)), [], 'what was told to be delivered has come');
    this.delivered += told.length;
  }
}
