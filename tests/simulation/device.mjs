// One browser profile: the real engine, a disk with a snapshot and a journal of inputs, and a clock that may be wrong.
import { deviceEngine, eventOf } from './engines.mjs';

const KEY = 'user_id';

/** Commands that change nothing of what `status` tells. */
const LEAVES_STATUS = new Set(['claims']);
/** Those that change which facts the server is known to have. */
const MOVES_HEADS = new Set(['ack', 'facts', 'merge', 'forget']);

/** What survives a crash: whatever was written before the last flush. */
class Disk {
  snapshot = undefined;
  /** Interventions that were not settled when the snapshot was taken. */
  waiting = [];
  journal = [];
  durable = 0;

  append(entry) {
    this.journal.push(entry);
  }

  flush() {
    this.durable = this.journal.length;
  }

  /** Of what was not flushed, some may have reached the disk all the same. @returns what did not */
  crash(share) {
    const lost = this.journal.splice(this.durable + Math.floor((this.journal.length - this.durable) * share));
    this.flush();
    return lost;
  }

  compact(snapshot, waiting) {
    Object.assign(this, { snapshot, waiting, journal: [] });
    this.flush();
  }
}

export class Device {
  disk = new Disk();
  /** What was tracked by it, and by the profile that it is a copy of. */
  events = [];
  skew = 0;
  isUp = true;
  isCopy = false;
  /** Whom it was signed in as. */
  ids = new Set();
  client = undefined;
  claims = undefined;
  /** What a control has instead of the engine's values. */
  wrong = undefined;
  /** Interventions that fired and are neither shown nor given up, by intervention_id. */
  waiting = new Map();
  #seeds;
  /** Asked for again after an input only: it is the dearest of the small questions. */
  #status;
  #heads;
  /** What answers have told. */
  #replica;
  #epochs = new Map();
  /** Ids of which something may wait to be sent. */
  #unsent = new Set();

  /**
   * @param slot its engines are those of this slot
   * @param profile its name in what is reported
   * @param version of the definitions
   */
  constructor({ timeline, random, bundle, version, slot, profile, user }) {
    Object.assign(this, { timeline, random, bundle, version, slot, profile, user });
    this.#seeds = (slot + 1) * 1_000_000;
    this.engine = deviceEngine(bundle, version, slot);
    this.status();
  }

  get now() {
    return this.timeline.now + this.skew;
  }

  seed = () => String(++this.#seeds);

  /**
   * Takes another replica id: a copy does, and a profile that never was.
   * @param id whose facts told that it is a copy
   */
  fork(id) {
    if (id !== undefined) this.#forked(id);
    // A seed that was used in a life that a crash has wiped out is told apart, and the next one taken.
    while (this.run({ do: 'fork', seed: this.seed() }).error?.code === 'seed_used');
  }

  /** Of other ids, what was sent and has no answer is sent again under the new id. */
  #forked(id) {
    for (const one of this.status().ids) if (one.id !== id) for (const event of this.pendingEvents(one.id, one.frozen)) event.isSentAnew = true;
  }

  /** @param count the first so many */
  pendingEvents(id, count = Infinity) {
    const events = this.events.filter((event) => event.id === id && !event.isLost);
    const pending = this.find(id)?.pending ?? 0;
    return events.slice(events.length - pending).slice(0, count);
  }

  /** Gives an input to the engine; `text` and `now` are what a journal keeps of it. */
  give({ kind, text, now }) {
    if (kind === 'tick') return { fired: this.engine.tick(now) };
    if (!(kind === 'sync' && LEAVES_STATUS.has(text.do))) this.#status = undefined;
    if (kind === 'event') {
      this.#unsent.add(text.uid);
      return { fired: this.engine.track(text, { now }) };
    }
    const answer = this.engine.sync(text, { now });
    if (MOVES_HEADS.has(text.do)) this.#heads = undefined;
    if (answer.epoch !== undefined) this.#epochs.set(text.id, answer.epoch);
    if (answer.replica !== undefined && text.do !== 'upload') this.#replica = answer.replica;
    if (answer.pending === 0 || (text.do === 'upload' && !answer.facts?.length)) this.#unsent.delete(text.id);
    return answer;
  }

  #input(kind, text) {
    const entry = { kind, text, now: this.now };
    const answer = this.give(entry);
    this.disk.append(entry);
    for (const fired of answer.fired) {
      this.#hold(fired);
      this.claims?.decide(fired.intervention_id);
    }
    return answer;
  }

  #hold(fired) {
    this.waiting.set(fired.intervention_id, { fired, epoch: this.epochOf(fired.claim?.id), replica: this.#replica });
  }

  run = (command) => this.#input('sync', command);
  tick = () => void this.#input('tick');

  track(event) {
    this.#input('event', eventOf(event, this.user, this.now - event.late));
  }

  /** Asks what changes nothing, and for which no time passes. */
  ask = (command) => this.engine.sync(command, { now: 0 });
  find = (id) => this.status().ids.find((one) => one.id === id);

  /** Its digest, and whether it is incomplete; the rest may be of some inputs ago. */
  headOf = (id) => (this.#heads ?? this.status().ids).find((one) => one.id === id);

  status() {
    if (this.#status) return this.#status;
    this.#status = this.ask({ do: 'status' });
    this.#heads = this.#status.ids;
    this.#replica = this.#status.replica;
    for (const { id, epoch } of this.#status.ids) this.#epochs.set(id, epoch);
    return this.#status;
  }

  get replica() {
    return this.#replica;
  }

  epochOf = (id) => this.#epochs.get(id) ?? 0;

  /** False when the engine has said so, and no event since may have changed it. */
  mayHavePending = (id) => this.#unsent.has(id);

  of = (id, command) => Object.assign(command, { key: KEY, id });

  /** An intervention was shown or given up. */
  settle(interventionId) {
    this.waiting.delete(interventionId);
    this.disk.append({ kind: 'settled', interventionId });
  }

  save() {
    this.disk.compact(this.engine.snapshot(), [...this.waiting.values()]);
  }

  /** Goes on from the disk. */
  restart(version = this.version) {
    this.version = version;
    const { snapshot, waiting, journal } = this.disk;
    this.engine = deviceEngine(this.bundle, version, this.slot, snapshot);
    this.waiting = new Map(waiting.map((one) => [one.fired.intervention_id, { ...one }]));
    this.#status = this.#heads = undefined;
    this.#epochs.clear();
    this.#unsent = new Set(this.status().ids.filter(({ pending }) => pending > 0).map(({ id }) => id));
    for (const entry of journal) this.#replay(entry);
  }

  #replay(entry) {
    if (entry.kind === 'settled') return void this.waiting.delete(entry.interventionId);
    if (entry.kind === 'shown') return void (this.waiting.get(entry.interventionId).isShown = true);
    for (const fired of this.give(entry).fired) this.#hold(fired);
  }

  values = (id, now) => this.engine.attributes(KEY, id, now)?.person;
  hasLatched = (id, intervention) => this.engine.explain(intervention, { [KEY]: id }).targets[0].latched;
  state = (id) => this.ask(this.of(id, { do: 'state' }));
}
