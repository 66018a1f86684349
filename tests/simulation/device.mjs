// One browser profile: the real engine, a disk with a snapshot and a journal of inputs, and a clock that may be wrong.
import { deviceEngine, eventOf } from './engines.mjs';

const KEY = 'user_id';

/** Commands that change nothing of what `status` tells. */
const LEAVES_STATUS = new Set(['claims', 'status']);

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
  skew = 0;
  isUp = true;
  /** Interventions that fired and are neither shown nor given up, by intervention_id. */
  waiting = new Map();
  #seeds;
  /** Asked for again after an input only: it is the dearest of the small questions. */
  #status;
  #replica;
  #epochs = new Map();
  #sent = new Set();

  /**
   * @param slot its engines are those of this slot
   * @param profile its name in what is reported
   * @param version of the definitions
   */
  constructor({ timeline, random, bundle, version, slot, profile, user }) {
    Object.assign(this, { timeline, random, bundle, version, slot, profile, user });
    this.#seeds = (slot + 1) * 1_000_000;
    this.engine = deviceEngine(bundle, version, slot);
  }

  get now() {
    return this.timeline.now + this.skew;
  }

  /** A profile that never was: it takes a replica id of its own. */
  beNew() {
    this.run({ do: 'status' });
    this.fork();
  }

  seed = () => String(++this.#seeds);

  fork() {
    // A seed that was used in a life that a crash has wiped out is told apart, and the next one taken.
    while (this.run({ do: 'fork', seed: this.seed() }).error?.code === 'seed_used');
    this.#replica = undefined;
    this.#sent.clear();
  }

  /** Gives an input to the engine; `text` and `now` are what a journal keeps of it. */
  give({ kind, text, now }) {
    if (kind === 'tick') return { fired: this.engine.tick(now) };
    if (!(kind === 'sync' && LEAVES_STATUS.has(text.do))) this.#status = undefined;
    if (kind === 'event') return { fired: this.engine.track(text, { now }) };
    return this.engine.sync(text, { now });
  }

  #input(kind, text) {
    const entry = { kind, text, now: this.now };
    const answer = this.give(entry);
    this.disk.append(entry);
    for (const fired of answer.fired) {
      this.#hold(fired);
      this.onFired?.(fired.intervention_id);
    }
    return answer;
  }

  #hold(fired) {
    this.waiting.set(fired.intervention_id, { fired, epoch: this.epochOf(fired.claim?.id) });
  }

  run = (command) => this.#input('sync', command);
  tick = () => void this.#input('tick');

  track(event) {
    this.#sent.delete(this.user);
    this.#input('event', eventOf({ ...event, id: this.user, ts: this.now - event.late }));
  }

  /** Asks what changes nothing. */
  ask = (command) => this.engine.sync(command, { now: this.engine.now() });
  status = () => (this.#status ??= this.ask({ do: 'status' }));
  find = (id) => this.status().ids.find((one) => one.id === id);

  get replica() {
    return (this.#replica ??= this.status().replica);
  }

  epochOf(id) {
    if (!this.#epochs.has(id)) this.#epochs.set(id, this.find(id)?.epoch ?? 0);
    return this.#epochs.get(id);
  }

  /** Something came that may have wiped an id. */
  mayHaveWiped(id) {
    this.#epochs.delete(id);
  }

  /** False when the engine has said so, and no input since may have changed it. */
  mayHavePending = (id) => !this.#sent.has(id);
  hasSent = (id) => void this.#sent.add(id);

  of = (id, command) => ({ ...command, key: KEY, id });

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
    this.#status = this.#replica = undefined;
    this.#epochs.clear();
    this.#sent.clear();
    this.status();
    for (const entry of journal) this.#replay(entry);
  }

  #replay(entry) {
    if (entry.kind === 'settled') return void this.waiting.delete(entry.interventionId);
    if (entry.kind === 'shown') return void (this.waiting.get(entry.interventionId).isShown = true);
    // Among the commands may be one that wipes.
    if (entry.kind === 'sync') this.#epochs.clear();
    for (const fired of this.give(entry).fired) this.#hold(fired);
  }

  values = (id, now) => this.engine.attributes(KEY, id, now)?.person;
  state = (id) => this.ask(this.of(id, { do: 'state' }));
}
