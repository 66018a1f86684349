// What a benchmark sends to servers, over real sockets.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const CONNECTIONS = 64;
const SNOWPLOW = 'com.snowplowanalytics.snowplow';
/** Of ten events of a visitor: lists change nothing that is defined, products and carts do. */
const TYPES = ['list_view', 'list_view', 'list_view', 'list_view', 'list_view', 'product_view', 'product_view', 'product_view', 'product_view', 'add_to_cart'];

/** An event of the tutorial's shop, of 1,332 bytes. */
export function action(type, duid) {
  const event = { schema: `iglu:${SNOWPLOW}.ecommerce/snowplow_ecommerce_action/jsonschema/1-0-2`, data: { type } };
  const product = { schema: `iglu:${SNOWPLOW}.ecommerce/product/jsonschema/1-0-0`, data: { id: 'p', category: 'tea', price: 5, currency: 'EUR' } };
  return {
    e: 'ue', eid: randomUUID(), p: 'web', aid: 'shop', duid, sid: duid, url: 'https://shop.example/product/p', tv: 'js-4.10.1', tna: 'sp', dtm: String(Date.now()), stm: String(Date.now()),
    ue_pr: JSON.stringify({ schema: `iglu:${SNOWPLOW}/unstruct_event/jsonschema/1-0-0`, data: event }),
    co: JSON.stringify({ schema: `iglu:${SNOWPLOW}/contexts/jsonschema/1-0-0`, data: [product] }),
  };
}

const pick = (list) => list[Math.floor(Math.random() * list.length)];

export class ServerLoad {
  #agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  #turn = 0;

  /** @param addresses URLs of servers that share a store, asked in turn @param visitors how many @param batch events in a request */
  constructor(addresses, { visitors, batch }) {
    this.addresses = addresses;
    this.visitors = Array.from({ length: visitors }, () => randomUUID());
    this.batch = batch;
  }

  #next() {
    return this.addresses[this.#turn++ % this.addresses.length];
  }

  ask(method, route, body, { hostname, port } = this.addresses[0]) {
    const text = body === undefined ? '' : JSON.stringify(body);
    const headers = { authorization: 'Bearer bench', 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    return new Promise((resolve, reject) => {
      const sent = request({ hostname, port, agent: this.#agent, method, path: route, headers }, (response) => {
        let answer = '';
        response.setEncoding('utf8').on('data', (part) => (answer += part));
        response.on('end', () => (response.statusCode < 300 ? resolve(answer) : reject(new Error(`${route}: ${response.statusCode} ${answer}`))));
      });
      sent.on('error', reject);
      sent.end(text);
    });
  }

  track(...data) {
    return this.ask('POST', `/${SNOWPLOW}/tp2`, { schema: `iglu:${SNOWPLOW}/payload_data/jsonschema/1-0-4`, data }, this.#next());
  }

  /** Every visitor comes by once, so that what is measured then is of visitors who are known, and told of what they were told of. */
  async meet() {
    const left = [...this.visitors];
    const worker = async () => {
      for (let id = left.pop(); id !== undefined; id = left.pop()) await this.track(...TYPES.map((type) => action(type, id)));
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  }

  /**
   * Sends events of the visitors for some seconds, `perSecond` at most.
   * @returns how many, how many a second, and ms to the answer: from the moment a request was due, so that one that had to wait
   *   for a connection counts as slow; with no limit from the moment it was sent
   */
  async run(seconds, perSecond = Infinity) {
    const times = [];
    const begin = performance.now();
    const end = begin + seconds * 1000;
    let sent = 0;
    const worker = async () => {
      while (performance.now() < end) {
        const due = begin + (sent / perSecond) * 1000;
        if (due >= end) return;
        sent += this.batch;
        if (due > performance.now()) await sleep(due - performance.now());
        const start = perSecond === Infinity ? performance.now() : due;
        await this.track(...Array.from({ length: this.batch }, () => action(pick(TYPES), pick(this.visitors))));
        times.push(performance.now() - start);
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, worker));
    return { sent, rate: sent / ((performance.now() - begin) / 1000), times };
  }

  /** Opens a stream for ids; `told(count)` is called with how many messages came. @returns its socket */
  async subscribe(ids, told = () => {}) {
    const { hostname, port } = this.#next();
    const socket = connect(Number(port), hostname);
    socket.write(`GET /api/v1/interventions?${ids.map((id) => `domain_userid=${id}`).join('&')} HTTP/1.1\r\nhost: bench\r\n\r\n`);
    socket.setEncoding('latin1').on('data', (text) => {
      const count = text.split('data: ').length - 1;
      if (count > 0) told(count);
    });
    socket.on('error', () => {});
    await once(socket, 'data');
    return socket;
  }

  /** A number of /metrics, of all servers together. */
  async gauge(name) {
    const texts = await Promise.all(this.addresses.map((address) => this.ask('GET', '/metrics', undefined, address)));
    return texts.reduce((sum, text) => sum + Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)[1]), 0);
  }

  close() {
    this.#agent.destroy();
  }
}
