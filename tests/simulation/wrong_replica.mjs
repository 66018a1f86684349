// A replica that is wrong on purpose: it counts events in the order in which it heard of them, by an engine that does not
// sync, instead of joining facts by their stamps. Verification must notice.
import { eventOf, plainEngine } from './engines.mjs';
import { readFact } from './facts.mjs';

/** The order in which facts count for it, with their own times. */
export const WRONG_ORDERS = {
  /** As they arrived. */
  arrival: (a, b) => a.arrival - b.arrival,
  /** By their receipt; among those of the same millisecond the one that arrived first is the earlier one. */
  ties: (a, b) => a.at - b.at || a.arrival - b.arrival,
};

export class WrongReplica {
  /** Facts by event, in the order of their arrival. */
  #arrivals = new Map();

  /** @param serial computation that tells events apart */
  constructor({ order, bundle, serial, findEvent }) {
    Object.assign(this, { compare: WRONG_ORDERS[order], bundle, serial, findEvent });
  }

  /** An event of its own. */
  tracked = (serial) => this.#arrive(serial);

  /** @param facts as they travel */
  received(facts) {
    for (const text of facts) this.#arrive(readFact(text).updates.get(this.serial));
  }

  #arrive(serial) {
    if (!this.#arrivals.has(serial)) this.#arrivals.set(serial, this.#arrivals.size);
  }

  /**
   * @param bodies what the server has accepted: which facts there are
   * @returns values by attribute, of those that every fact was made with
   */
  values(id, now, bodies) {
    const facts = bodies.flatMap((body) => body.facts.map(readFact)).map((fact) => ({ ...fact, serial: fact.updates.get(this.serial) }));
    this.received(bodies.flatMap((body) => body.facts));
    const engine = plainEngine(this.bundle, 0);
    for (const fact of facts) fact.arrival = this.#arrivals.get(fact.serial);
    facts.sort(this.compare).forEach((fact, i) => {
      const { ts, at } = fact;
      const event = eventOf(this.findEvent(fact.serial), id, ts);
      // A copied profile's events may count twice; here they do as they are told.
      engine.track({ ...event, eid: event.eid.replace('4000', String(1_000 + i)) }, { now: at });
    });
    return engine.attributes('user_id', id, now)?.person;
  }
}
