// A server with sync, devices with a real engine that sync over real sockets, and streams.
import assert from 'node:assert/strict';
import { createEngine, load } from '@oncue/engine';
import { mintSyncToken } from '@oncue/server';
import { Client, counterGroup, OpenStream, pageView, useServers } from './support.mjs';

await load();

export const SECRET = 'a secret of thirty-two bytes, or more';
export const KEY = 'user_id';
export const tokenOf = (id, more = {}) => mintSyncToken({ secret: SECRET, key: KEY, id, ...more });

/** A counter and a list per user; `more` replaces fields. */
export const userGroup = (more = {}) =>
  counterGroup({
    name: 'u',
    attribute_key: { name: KEY },
    attributes: [
      { name: 'views', type: 'int32', aggregation: 'counter', events: [{ name: 'page_view' }] },
      { name: 'pages', type: 'string_list', aggregation: 'unique_list', events: [{ name: 'page_view' }], property: { type: 'atomic', name: 'page_url' } },
    ],
    ...more,
  });

/** `withServer(options?, body)`: a server with sync for one test. */
export function useSyncServers() {
  const withServer = useServers();
  return (options, body = options) => withServer({ sync: { secrets: [SECRET] }, ...(typeof options === 'function' ? {} : options) }, body);
}

export const publishUsers = (client, ...groups) => client.publish({ attribute_groups: groups.length > 0 ? groups : [userGroup()] });

/** `{status, body}` of one route of sync, asked as `id`. */
export async function askSync(client, id, method, route, body, headers = {}) {
  const authorization = `Bearer ${await tokenOf(id)}`;
  return client.ask(method, `/sync/v1/${route}`, body, { authorization, ...headers });
}

/** A token opens its id to this origin, and to no other. */
export async function assertOpens(client, token, origin) {
  for (const [from, expected] of [[origin, 200], ['https://other.example', 403]]) {
    const { status } = await client.ask('GET', '/sync/v1/state', undefined, { authorization: `Bearer ${token}`, origin: from });
    assert.equal(status, expected, from);
  }
}

let seeds = 0;

/** One browser profile: an engine that records facts, and what a plugin would do with them. */
export class Device {
  constructor(client, id, { definitions, seed = String(++seeds) } = {}) {
    this.client = client;
    this.id = id;
    this.engine = createEngine({ definitions: definitions ?? { attribute_groups: [userGroup()] }, syncKeys: [KEY], seed });
    this.sync({ do: 'status' });
  }

  sync(command, now = Date.now()) {
    return this.engine.sync({ key: KEY, id: this.id, ...command }, { now });
  }

  ask(method, route, body, headers) {
    return askSync(this.client, this.id, method, route, body, headers);
  }

  view(url = 'https://shop.example/', now = Date.now()) {
    return this.engine.track(pageView({ uid: this.id, url }), { now });
  }

  get replica() {
    return this.sync({ do: 'status' }).replica;
  }

  /** The body of the next upload; undefined when nothing waits. */
  pending(limit = 100) {
    const body = this.sync({ do: 'upload', offset: 0, limit, bytes: 500_000 });
    return body.facts.length > 0 ? body : undefined;
  }

  /** Uploads everything that waits. @returns the last answer */
  async upload(limit) {
    let last;
    for (let body = this.pending(limit); body; body = this.pending(limit)) {
      last = await this.ask('POST', 'upload', body);
      if (last.status !== 200) return last;
      const { n, chain } = last.body;
      const answer = this.sync({ do: 'ack', n, chain });
      if (!answer.ok) throw new Error(JSON.stringify(answer));
    }
    return last;
  }

  /** Fetches and merges the state. @returns it */
  async fetch() {
    const { status, body } = await this.ask('GET', 'state');
    if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
    const merged = this.sync({ do: 'merge', state: body.state });
    if (merged.error) throw new Error(JSON.stringify(merged));
    return body;
  }

  own() {
    return this.sync({ do: 'state' });
  }

  values(now = Date.now()) {
    return this.engine.groupAttributes('u', this.id, { now });
  }
}

/** An open stream of sync; `messages` are `{event, id, data}`. */
export class SyncStream extends OpenStream {
  static async open(client, id, { replica, lastEventId, token } = {}) {
    const headers = { authorization: `Bearer ${token ?? (await tokenOf(id))}`, ...(lastEventId !== undefined && { 'last-event-id': lastEventId }) };
    const query = replica === undefined ? '' : `?replica=${replica}`;
    const stream = await SyncStream.fetch(`${client.url}/sync/v1/stream${query}`, headers);
    if (!stream.response.ok) stream.body = await stream.response.json();
    return stream;
  }

  take(frame) {
    const fields = Object.fromEntries(frame.split('\n').map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]));
    this.messages.push({ event: fields.event, id: fields.id, data: JSON.parse(fields.data) });
  }

  of = (event) => this.messages.filter((message) => message.event === event);
  /** Resolves to the data of the `count`-th message of this event. */
  async next(event, count = 1) {
    await this.until((stream) => stream.of(event).length >= count || !stream.isOpen);
    return this.of(event)[count - 1]?.data;
  }
}

/** A stream that is closed afterwards. */
export async function withSyncStream(client, id, options, body) {
  const stream = await SyncStream.open(client, id, options);
  try {
    return await body(stream);
  } finally {
    stream.close();
  }
}
