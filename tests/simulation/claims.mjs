// Whether a device shows what fired (js/browser-plugin/src/sync/claims.ts, without promises).

const PATIENCE_MS = 300;

export class Claims {
  /** Interventions that the server is being asked about. */
  #asking = new Set();
  #granted = new Set();

  /** @param onShown gets what is shown, and whether the server had granted it */
  constructor({ mode, device, timeline, getClient, onShown }) {
    Object.assign(this, { mode, device, timeline, getClient, onShown });
  }

  /** Everything that waits is looked at again. */
  retry() {
    for (const id of [...this.device.waiting.keys()]) this.decide(id);
  }

  decide(interventionId) {
    const held = this.device.waiting.get(interventionId);
    if (!held || this.#asking.has(interventionId)) return;
    const isFinal = this.mode === 'claim_first' || held.isShown === true;
    this.#asking.add(interventionId);
    this.#ask(held, isFinal, (isGranted) => {
      this.#asking.delete(interventionId);
      if (this.device.waiting.get(interventionId) === held) this.#settle(held, isGranted);
    });
    const isShownAnyway = this.mode === 'local_first' && !held.fired.claim.required && !held.isShown;
    if (isShownAnyway) this.timeline.after(PATIENCE_MS, () => this.#lose(interventionId, held));
  }

  /** Nobody answered in time. */
  #lose(interventionId, held) {
    if (this.device.waiting.get(interventionId) !== held || held.isShown) return;
    this.#show(held, false);
  }

  /** @param answer gets undefined when the server cannot be asked */
  #ask({ fired, epoch }, final, answer) {
    const client = this.getClient();
    const { name, version, intervention_id: interventionId, claim } = fired;
    if (client?.id !== claim.id) return this.timeline.after(1, () => answer(undefined));
    client.ask('claim', { epoch, name, version, intervention_id: interventionId, final }, (given) => {
      answer(given?.status === 200 ? given.body.granted : undefined);
    });
  }

  #settle(held, isGranted) {
    const { fired } = held;
    if (isGranted === undefined) return;
    if (held.isShown || !isGranted) return this.device.settle(fired.intervention_id);
    this.#show(held, true);
  }

  #show(held, isGranted) {
    const { fired, epoch, replica } = held;
    if (this.mode === 'claim_first') {
      this.device.settle(fired.intervention_id);
    } else {
      this.device.waiting.set(fired.intervention_id, { ...held, isShown: true });
      this.device.disk.append({ kind: 'shown', interventionId: fired.intervention_id });
    }
    // At most once, so the record comes first.
    this.device.disk.flush();
    this.onShown({ fired, epoch, replica, isGranted });
    if (this.mode === 'local_first') this.decide(fired.intervention_id);
  }
}
