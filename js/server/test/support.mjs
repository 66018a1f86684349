// A server of its own over a real socket, and what tests ask of it.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startServer } from '@oncue/server';

const fixture = (name) => JSON.parse(readFileSync(new URL(`../../../tests/fixtures/definitions/${name}.json`, import.meta.url), 'utf8'));
export const ECOM = fixture('ecom');
export const [GROUP] = ECOM.attribute_groups;
export const PROSPECTS = fixture('prospect_scoring');

export const TP2 = '/com.snowplowanalytics.snowplow/tp2';
export const envelope = (data) => ({ schema: 'iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4', data });

/** A page view; `more` overrides, `undefined` removes. */
export const pageView = (more = {}) => ({ e: 'pv', eid: randomUUID(), p: 'web', url: 'https://shop.example/', ...more });

/** An ecommerce action as the tracker sends it; products by price. */
export function action(type, duid, { prices = [], ...more } = {}) {
  const vendor = 'com.snowplowanalytics.snowplow';
  const event = { schema: `iglu:${vendor}.ecommerce/snowplow_ecommerce_action/jsonschema/1-0-2`, data: { type } };
  const products = prices.map((price) => ({ schema: `iglu:${vendor}.ecommerce/product/jsonschema/1-0-0`, data: { id: 'p', category: 'tea', price, currency: 'EUR' } }));
  return {
    e: 'ue', eid: randomUUID(), p: 'web', duid,
    ue_pr: JSON.stringify({ schema: `iglu:${vendor}/unstruct_event/jsonschema/1-0-0`, data: event }),
    ...(products.length > 0 && { co: JSON.stringify({ schema: `iglu:${vendor}/contexts/jsonschema/1-0-0`, data: products }) }),
    ...more,
  };
}

/** A counter group of one attribute; `more` replaces fields. */
export const counterGroup = (more = {}) => ({
  name: 'g', version: 1, attribute_key: { name: 'domain_userid' }, owner: 'a@b.co', is_published: true, ttl: 'P30D',
  attributes: [{ name: 'views', type: 'int32', aggregation: 'counter', events: [{ name: 'page_view' }] }],
  ...more,
});

export const intervention = (more = {}) => ({
  name: 'x', version: 1, owner: 'a@b.co', is_published: true, criteria: { attribute: 'g:views', operator: '>=', value: 2 }, ...more,
});

/** Answers of one server. */
export class Client {
  constructor(url, token = 'local') {
    this.url = url;
    this.token = token;
  }

  /** @returns `{status, headers, body}`, the body read as JSON where it is */
  async ask(method, path, body, headers = {}) {
    const text = body === undefined || typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
    const all = { ...(this.token && { authorization: `Bearer ${this.token}` }), ...(text !== undefined && { 'content-type': 'application/json' }), ...headers };
    const response = await fetch(this.url + path, { method, body: text, headers: all });
    const answer = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') && answer !== '';
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(answer) : answer };
  }

  api = (method, path, body, headers) => this.ask(method, `/api/v1/${path}`, body, headers);
  track = (...events) => this.ask('POST', TP2, envelope(events));

  /** What SDK's publish() does: POST, on 400 PUT. */
  async publish(bundle) {
    for (const kind of ['attribute_keys', 'attribute_groups', 'services', 'interventions']) {
      for (const object of bundle[kind] ?? []) {
        const { status, body } = await this.api('POST', `registry/${kind}/`, object);
        if (status !== 201) throw new Error(`POST ${kind} ${object.name}: ${status} ${JSON.stringify(body)}`);
      }
    }
  }

  async attributes(service, key, id) {
    const { status, body } = await this.api('POST', 'get-online-attributes', { attribute_keys: { [key]: [id] }, service });
    if (status !== 200) throw new Error(JSON.stringify(body));
    return Object.fromEntries(Object.entries(body).map(([name, [value]]) => [name, value]));
  }

  async value(reference, key, id) {
    const { status, body } = await this.api('POST', 'get-online-attributes', { attribute_keys: { [key]: [id] }, attributes: [reference] });
    if (status !== 200) throw new Error(JSON.stringify(body));
    return body[reference.split(':')[1]][0];
  }
}

/** An open stream of server-sent events; `messages` are whatever `take(frame)` of a subclass makes of them. */
export class OpenStream {
  messages = [];
  isOpen = true;
  waiting = new Set();

  constructor(response, control) {
    this.response = response;
    this.status = response.status;
    this.close = () => control.abort();
    if (response.ok) void this.read();
  }

  static async fetch(url, headers) {
    const control = new AbortController();
    return new this(await fetch(url, { signal: control.signal, headers }), control);
  }

  async read() {
    let text = '';
    try {
      for await (const chunk of this.response.body) {
        text += Buffer.from(chunk).toString('utf8');
        const frames = text.split('\n\n');
        text = frames.pop();
        for (const frame of frames) this.take(frame);
        for (const check of this.waiting) check();
      }
    } catch {
      // Closed by the test or the server.
    }
    this.isOpen = false;
    for (const check of this.waiting) check();
  }

  /** Resolves when `condition(stream)` holds. */
  until(condition) {
    return new Promise((done) => {
      const check = () => {
        if (!condition(this)) return;
        this.waiting.delete(check);
        done(this);
      };
      this.waiting.add(check);
      check();
    });
  }
}

/** Of interventions. */
export class Stream extends OpenStream {
  /** All that came, keep-alives among it. */
  text = '';

  static open = (url, query, headers = {}) => Stream.fetch(`${url}/api/v1/interventions?${new URLSearchParams(query)}`, headers);

  take(frame) {
    this.text += `${frame}\n\n`;
    for (const line of frame.split('\n')) if (line.startsWith('data: ')) this.messages.push(JSON.parse(line.slice(6)));
  }

  names = () => this.messages.map(({ name }) => name);
}

/** A folder that is removed when this process ends: after every hook that still stops something which writes there. */
export function useFolder() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'oncue-server-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

let files = 0;
/** Starts a server with a data file of its own. */
export async function startFresh(folder, options = {}) {
  const server = await startServer({ data: path.join(folder, `${++files}.db`), port: 0, ...options });
  return { server, client: new Client(server.url), close: () => server.close() };
}

/** `withServer(options?, body)`: a server for one test. */
export function useServers() {
  const folder = useFolder();
  return async function withServer(options, body = options) {
    const fresh = await startFresh(folder, typeof options === 'function' ? {} : options);
    try {
      await body(fresh.client, fresh.server);
    } finally {
      await fresh.close();
    }
  };
}

/** A stream that is closed afterwards. */
export async function withStream(client, query, body, headers) {
  const stream = await Stream.open(client.url, query, headers);
  try {
    return await body(stream);
  } finally {
    stream.close();
  }
}
