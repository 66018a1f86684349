// Runs one schedule: devices, server and network, every operation, and the quiet after it.
import { Claims } from './claims.mjs';
import { Client } from './client.mjs';
import { bundles } from './definitions.mjs';
import { Device } from './device.mjs';
import { computationOf } from './engines.mjs';
import { Network, Timeline } from './network.mjs';
import { createRandom } from './random.mjs';
import { Server } from './server.mjs';
import { WrongReplica } from './wrong_replica.mjs';

const START = 1_767_603_600_000;
const MOST_PROFILES = 12;
/** Floors are 90 days back, and clocks a day off. */
const OLD_MS = 88 * 86_400_000;
const QUIET_ROUNDS = 8;
const PAUSE_MS = 60_000;
/** What was recorded while a clock was a day fast, and is sent when it is a day slow, is the server's future for so long. */
const LONG_MS = 3 * 86_400_000;

export class World {
  devices = [];
  /** Every event that was tracked, and what became of it. */
  events = [];
  shown = [];
  /** Every head of a replica that a device was told of. */
  acknowledged = [];
  #profiles = 0;

  /** @param control what is made wrong on purpose, to see that it would be noticed */
  constructor(schedule, control = {}) {
    this.schedule = schedule;
    this.control = control;
    this.random = createRandom(schedule.seed + 0x5bd1e995);
    this.timeline = new Timeline(START);
    this.network = new Network(this.timeline, this.random, new Set(schedule.faults));
    this.bundle = bundles[schedule.bundle];
    this.serial = computationOf(this.bundle.versions[0].attributes[0]);
    const { timeline, network, bundle } = this;
    this.server = new Server({ timeline, network, bundle, takesTwice: control.takesTwice, repeats: control.repeats });
    schedule.users.forEach((user, i) => {
      const device = this.#newProfile({ user, version: 0 });
      device.skew = schedule.skews[i];
      device.fork();
      this.devices.push(device);
    });
  }

  #newProfile({ user, version }) {
    const slot = this.#profiles++;
    const device = new Device({ timeline: this.timeline, bundle: this.bundle, version, slot, profile: `profile ${slot}`, user });
    if (this.control.replica) this.#makeWrong(device);
    return this.#start(device);
  }

  #makeWrong(device) {
    const { bundle, server, serial, control } = this;
    const findEvent = (wanted) => this.events.find((event) => event.serial === wanted);
    const wrong = new WrongReplica({ order: control.replica, bundle, serial, findEvent });
    device.wrong = wrong;
    const right = device.values;
    device.values = (id, now) => {
      const values = right(id, now);
      const wrongly = wrong.values(id, now, server.acceptedOf(id));
      return Object.fromEntries(Object.keys(values).map((name) => [name, name in wrongly ? wrongly[name] : values[name]]));
    };
  }

  #start(device) {
    const { timeline, schedule } = this;
    device.claims = new Claims({
      mode: schedule.mode,
      device,
      timeline,
      getClient: () => device.client,
      onShown: (shown) => this.shown.push({ device: device.slot, isCopy: device.isCopy === true, ...shown }),
    });
    this.#connect(device);
    return device;
  }

  #connect(device) {
    const { server, network, timeline } = this;
    device.client?.end();
    device.client = new Client({
      device,
      server,
      network,
      timeline,
      factsMax: this.schedule.factsMax,
      ignoresVector: this.control.ignoresVector,
      ignores: this.control.ignores,
      onFacts: device.wrong && ((facts) => device.wrong.received(facts)),
      onReached: () => device.claims.retry(),
      onEpoch: () => this.#forgotten(device),
      onRefused: () => this.#refused(device),
      onAcknowledged: (head) => this.acknowledged.push(head),
    });
    device.client.kick();
  }

  #forgotten(device) {
    const { id } = device.client;
    for (const [interventionId, { fired }] of device.waiting) if (fired.claim.id === id) device.settle(interventionId);
    for (const event of this.events) if (event.device === device && event.id === id) event.isForgotten = true;
  }

  #refused(device) {
    for (const event of this.events) if (event.device === device && event.time < this.timeline.now - OLD_MS) event.isRefused = true;
  }

  run() {
    for (const operation of this.schedule.operations) {
      this.timeline.runTo(this.timeline.now + operation.gap);
      const device = this.devices[operation.device % this.devices.length];
      this[`_${operation.kind}`](device, operation);
    }
    this.#quiet();
  }

  // Operations.

  _track(device, event) {
    device.ids.add(device.user);
    device.track(event);
    device.wrong?.tracked(event.serial);
    const { serial, label, number, action } = event;
    const tracked = { serial, label, number, action, device, id: device.user, time: this.timeline.now, entry: device.disk.journal.at(-1) };
    this.events.push(tracked);
    device.events.push(tracked);
    device.client.kick();
  }

  _crowd(device, { count, serial }) {
    for (let i = 0; i < count; i++) this._track(device, { serial: serial + i, label: `v${serial + i}`, number: String(i % 13), action: 'buy', late: i % 7 });
  }

  _kick = (device) => device.client.kick();
  _ping = () => this.server.ping();
  _flush = (device) => device.disk.flush();
  _save = (device) => device.save();
  _tick = (device) => device.tick();

  _user(device, { id }) {
    if (device.user === id) return;
    device.user = id;
    this.#connect(device);
  }

  _offline(device) {
    device.isUp = false;
    device.client.disconnect();
  }

  _online(device) {
    device.isUp = true;
    device.client.kick();
  }

  _crash(device, { share }) {
    const lost = device.disk.crash(share);
    for (const event of this.events) if (lost.includes(event.entry)) event.isLost = true;
    this.#restart(device, device.version);
  }

  #restart(device, version) {
    device.client.end();
    device.restart(version);
    this.#start(device);
  }

  _serverCrash = () => this.server.crash();

  _storeBreaks(_, { when }) {
    this.server.store.breaks = when;
  }

  #hasRoom = () => this.#profiles < MOST_PROFILES;

  _wipe(device) {
    if (!this.#hasRoom()) return;
    device.client.end();
    for (const event of this.events) if (event.device === device) event.isWiped = true;
    const fresh = this.#newProfile({ user: device.user, version: device.version });
    Object.assign(fresh, { skew: device.skew, isUp: device.isUp });
    fresh.fork();
    this.devices[this.devices.indexOf(device)] = fresh;
  }

  _clone(device) {
    if (!this.#hasRoom()) return;
    device.save();
    const copy = this.#newProfile({ user: device.user, version: device.version });
    Object.assign(copy, { skew: device.skew, isUp: device.isUp, ids: new Set(device.ids), events: [...device.events], isCopy: true });
    device.isCopy = true;
    for (const { id } of device.status().ids) for (const event of device.pendingEvents(id)) event.isCopied = true;
    copy.disk.compact(device.disk.snapshot, device.disk.waiting);
    this.#restart(copy, copy.version);
    this.devices.push(copy);
  }

  _skew(device, { ms }) {
    device.skew = ms;
  }

  _publish = () => this.server.publish();

  /** A page with newer definitions goes on with the state. */
  _update(device) {
    if (device.version === this.server.version) return;
    device.save();
    this.#restart(device, this.server.version);
  }

  _forget = (_, { id }) => this.server.forget(id);

  // The quiet.

  #quiet() {
    this.network.heal();
    this.server.store.breaks = undefined;
    this.timeline.runTo(this.timeline.now + PAUSE_MS);
    for (const device of this.devices) {
      device.isUp = true;
      this._update(device);
    }
    const { ids } = this.schedule;
    for (const id of ids) this.#settle(id);
    if (ids.every((id) => this.#isSettled(id))) return;
    this.timeline.runTo(this.timeline.now + LONG_MS);
    for (const id of ids) this.#settle(id);
  }

  #settle(id) {
    for (let round = 0; round < QUIET_ROUNDS && !this.#isSettled(id); round++) this.#exchange(id);
  }

  /** Every device, as that user. */
  connect(id) {
    for (const device of this.devices) {
      if (device.user !== id) this._user(device, { id });
      else device.client.kick();
    }
  }

  #exchange(id) {
    this.connect(id);
    this.timeline.runOut();
    this.server.ping();
    this.timeline.runOut();
  }

  #isSettled(id) {
    const digest = this.server.digestOf(id);
    return this.devices.every((device) => {
      const own = device.find(id);
      return own !== undefined && own.pending === 0 && own.digest === digest && !own.incomplete;
    });
  }
}
