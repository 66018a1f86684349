// A virtual clock, and a network that is as bad as a schedule says.

/** What happens later, in order of time, then of asking. */
export class Timeline {
  now;
  #queue = [];

  constructor(now) {
    this.now = now;
  }

  after(ms, act) {
    const time = this.now + ms;
    let place = this.#queue.length;
    while (place > 0 && this.#queue[place - 1].time > time) place--;
    this.#queue.splice(place, 0, { time, act });
  }

  /** Lets everything happen up to `time`. */
  runTo(time) {
    while (this.#queue.length > 0 && this.#queue[0].time <= time) {
      const { time: at, act } = this.#queue.shift();
      this.now = at;
      act();
    }
    this.now = time;
  }

  /** Until nothing is left to happen. @throws when that never comes */
  runOut(most = 5_000) {
    for (let i = 0; this.#queue.length > 0; i++) {
      if (i === most) throw new Error('devices and server never come to rest');
      this.runTo(this.#queue[0].time);
    }
  }
}

const LATENCY_MS = 20;
const LONGEST_DETOUR_MS = 4_000;
const TIMEOUT_MS = 5_000;

export class Network {
  /** Faults of messages, by kind. */
  loss = 0;
  duplicate = 0;
  reorder = 0;

  constructor(timeline, random, faults) {
    this.timeline = timeline;
    this.random = random;
    for (const kind of ['loss', 'duplicate', 'reorder']) if (faults.has(kind)) this[kind] = 0.15;
  }

  heal() {
    this.loss = this.duplicate = this.reorder = 0;
  }

  delay() {
    return this.random.chance(this.reorder) ? this.random.below(LONGEST_DETOUR_MS) : LATENCY_MS;
  }

  /** Carries a message once, twice or never, if `isUp` when it arrives. */
  carry(isUp, arrive) {
    if (this.random.chance(this.loss)) return;
    const copies = this.random.chance(this.duplicate) ? 2 : 1;
    for (let i = 0; i < copies; i++) this.timeline.after(this.delay(), () => isUp() && arrive());
  }

  /**
   * A stream: what it carries comes in order, and nothing comes after what is lost.
   * @param end told once all that was sent has come, or of a loss
   */
  open(isUp, end) {
    const { timeline } = this;
    let due = 0;
    const later = (ms, act) => {
      due = Math.max(due, timeline.now + ms);
      timeline.after(due - timeline.now, act);
    };
    return {
      carry: (arrive) => {
        const then = this.random.chance(this.loss) ? end : arrive;
        later(this.delay(), () => isUp() && then());
      },
      close: () => later(1, end),
    };
  }

  /** @param answer gets the answer, or undefined when none comes in time */
  request(isUp, ask, answer) {
    let isOver = false;
    const once = (given) => {
      if (isOver) return;
      isOver = true;
      answer(given);
    };
    if (!isUp()) return this.timeline.after(1, () => once(undefined));
    this.carry(isUp, () => {
      const given = ask();
      if (given !== undefined) this.carry(isUp, () => once(given));
    });
    this.timeline.after(TIMEOUT_MS, () => once(undefined));
  }
}
