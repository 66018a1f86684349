// The real service of @oncue/server over its store in memory, which keeps what a crash would leave; and streams of its own,
// because the real ones write to sockets.
import { MemorySyncStore, placeOf, SyncService } from '@oncue/server/sync';
import { serverEngine } from './engines.mjs';
import { must } from './violation.mjs';

const ENTRIES = 1_000;
const COMPACT_EVERY = 6;
const KEPT_ENTRIES = 8;
const REFUSED = { floor: 422, future: 422, bad: 400 };

const ids = new Map();

/** One object for each id, whose place is worked out once. */
function whoIs(id) {
  if (!ids.has(id)) ids.set(id, { key: 'user_id', id });
  return ids.get(id);
}

function ofEpoch(all, place, epoch, make) {
  const name = `${place} ${epoch}`;
  if (!all.has(name)) all.set(name, make());
  return all.get(name);
}

/** Writes down what was accepted, and breaks when told to: before it has stored something, or after. */
class WatchedStore extends MemorySyncStore {
  #accepted = new Map();
  #heads = new Map();
  #bodies = new Map();
  breaks = undefined;

  /** What the text of an entry says: one object for every stream, which nobody changes. */
  bodyOf(text) {
    let body = this.#bodies.get(text);
    if (!body) this.#bodies.set(text, (body = JSON.parse(text)));
    return body;
  }

  append(place, append) {
    const when = this.breaks;
    this.breaks = undefined;
    if (when === 'before') throw new Error('the store is broken');
    const answer = super.append(place, append);
    if (answer.outcome === 'ok') {
      this.accepted(place, append.epoch).push(this.bodyOf(append.body));
      this.heads(place, append.epoch).set(append.replica, append.next.n);
    }
    if (when === 'after') throw new Error('the store is broken');
    return answer;
  }

  /** Facts of one epoch of an id, in the order of their acceptance. */
  accepted = (place, epoch) => ofEpoch(this.#accepted, place, epoch, () => []);
  /** How many there are of each replica. */
  heads = (place, epoch) => ofEpoch(this.#heads, place, epoch, () => new Map());
}

export class Server {
  streams = new Set();
  store = new WatchedStore();
  version = 0;
  isUp = true;

  /** What was answered last to a question, by question and id. */
  #last = new Map();

  /**
   * @param takesTwice a control: what it knows counts again
   * @param repeats a control: the question that is answered as the last time
   */
  constructor({ timeline, network, bundle, takesTwice, repeats }) {
    Object.assign(this, { timeline, network, bundle, takesTwice, repeats });
    this.start();
  }

  start() {
    this.service = new SyncService({
      store: this.store,
      definitions: () => this.bundle.versions[this.version].server,
      createEngine: serverEngine,
      now: () => this.timeline.now,
      compactEvery: COMPACT_EVERY,
      keptEntries: KEPT_ENTRIES,
    });
    this.service.open();
    this.isUp = true;
  }

  /** What is not in the store is gone. */
  crash() {
    for (const stream of this.streams) this.#end(stream);
    this.start();
  }

  publish() {
    this.version = 1;
    this.service.notice();
  }

  #drop(stream) {
    this.streams.delete(stream);
    stream.unwatch();
  }

  #end(stream) {
    this.#drop(stream);
    stream.connection.close();
  }

  /** Answers as js/server/src/http does: with a status and a body. */
  answer(path, body) {
    const who = whoIs(body.id);
    try {
      if (path === 'upload') return this.#upload(who, body);
      if (path === 'claim') return this.#with409(this.service.claim(who, body));
      const state = this.#repeated('state', who, this.service.state(who));
      this.#mustBeOfNow('state', who, state);
      return { status: 200, body: state };
    } catch (error) {
      if (error.message !== 'the store is broken') throw error;
      return { status: 500, body: { now: this.timeline.now } };
    }
  }

  #upload(who, body) {
    if (this.takesTwice) body = { ...body, ...this.#headOf(who, body.replica) };
    const answer = this.service.upload(who, body);
    return { status: answer.code === 'ok' ? 200 : REFUSED[answer.code] ?? 409, body: answer };
  }

  #repeated(question, { id }, answer) {
    if (this.repeats !== question) return answer;
    const last = this.#last.get(id) ?? answer;
    this.#last.set(id, answer);
    return last;
  }

  /** What is said must be what was stored up to this moment. @param own of a replica that asked, instead of a vector */
  #mustBeOfNow(what, who, { epoch, cursor, vector, own }, replica) {
    const place = placeOf(who);
    const kept = this.store.load(place);
    const heads = this.store.heads(place, kept.epoch);
    const isSame = vector ? this.#isVector(vector, heads) : own?.n === heads.get(replica);
    must(epoch === kept.epoch && cursor === kept.cursor && isSame, () => `the ${what} of ${who.id} that is told is not that of now`);
  }

  #isVector(vector, heads) {
    const replicas = Object.keys(vector);
    return replicas.length === heads.size && replicas.every((replica) => heads.get(replica) === vector[replica].n);
  }

  #headOf(who, replica) {
    const { n: base = 0, chain = '0'.repeat(16) } = this.service.state(who).vector[replica] ?? {};
    return { base, chain };
  }

  #with409 = (answer) => ({ status: answer.code === 'ok' ? 200 : 409, body: answer });

  /** @param take gets `{type, data, id}` @param end told of the end */
  openStream(id, replica, lastEventId, { isUp, take, end }) {
    const who = whoIs(id);
    const hello = this.#repeated('hello', who, this.service.hello(who, replica, lastEventId));
    const { from } = hello;
    this.#mustBeOfNow('hello', who, hello, replica);
    const stream = { who, cursor: from, generation: hello.generation, take, connection: this.network.open(isUp, end) };
    this.#send(stream, 'hello', hello, from);
    stream.unwatch = this.service.watch(who, () => this.#catchUp(stream));
    this.streams.add(stream);
    this.#catchUp(stream);
    return () => this.streams.has(stream) && this.#drop(stream);
  }

  #catchUp(stream) {
    for (const entry of this.service.entries(stream.who, stream.cursor, ENTRIES)) {
      const { cursor, kind } = entry;
      const isNext = cursor === stream.cursor + 1;
      stream.cursor = cursor;
      if (!isNext && kind !== 'forget') return this.#end(stream);
      this.#send(stream, kind, this.store.bodyOf(entry.body), cursor);
      if (kind === 'forget') return this.#end(stream);
    }
  }

  #send(stream, type, data, cursor) {
    const message = { type, data, id: cursor === undefined ? undefined : `${stream.generation}-${cursor}` };
    stream.connection.carry(() => stream.take(message));
  }

  ping() {
    for (const stream of this.streams) {
      const { cursor, digest } = this.service.position(stream.who);
      const now = this.timeline.now;
      this.#send(stream, 'ping', stream.cursor === cursor ? { digest, cursor, now } : { now });
    }
  }

  digestOf = (id) => this.service.position(whoIs(id)).digest;
  values = (id, now) => this.service.read(whoIs(id), (engine) => engine.values(id, now));
  epochOf = (id) => this.store.load(placeOf(whoIs(id))).epoch;
  acceptedOf = (id) => this.store.accepted(placeOf(whoIs(id)), this.epochOf(id));

  forget(id) {
    this.service.forget(whoIs(id));
  }
}
