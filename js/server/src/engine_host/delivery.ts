// Who receives an intervention that the engine fired.
import type { FiredIntervention } from '@oncue/engine';

export interface Target {
  readonly name: string;
  readonly id: string;
}

/** An intervention on its way to subscribers; attributes are texts, as they travel. */
export interface Delivery {
  readonly intervention_id: string;
  readonly name: string;
  readonly version: number;
  readonly attributes: Readonly<Record<string, string>>;
  /** Everyone who may receive it, in the definition's order. */
  readonly targets: readonly Target[];
  /** Whether each target is told only once: then a target of another partition has to be claimed first. */
  readonly isOnce: boolean;
  /** The attribute key whose engine fired it, where each key has one. */
  readonly home?: string;
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
const texts = (attributes: object): Record<string, string> =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, asText(value)]));

/**
 * The engine names the first target that is free and latches all that have an id. On a server each of them has
 * subscribers of its own, and each is told once: so those that were told before are kept here.
 */
export class Deliveries {
  private readonly told = new Set<string>();

  constructor(told: readonly string[] = []) {
    for (const one of told) this.told.add(one);
  }

  /**
   * @param fired with its explanation (option `explainFires`)
   * @param refires whether its definition fires at every edge: then nobody is told only once
   */
  of(fired: FiredIntervention, refires = false): Delivery {
    const { intervention_id, name, version, explain, target_attribute_key: first } = fired;
    const withId = (explain?.targets ?? []).filter((target): target is typeof target & Target => target.id !== null);
    const targets = withId.length === 0 && first ? [first] : withId.map(({ name, id }) => ({ name, id }));
    const isFirst = ({ name: key, id }: Target) => key === first?.name && id === first.id;
    const isEverybodys = refires || explain?.state === 'on_change';
    const free = isEverybodys ? targets : targets.filter((target) => this.isFree(fired, target) || isFirst(target));
    return { intervention_id, name, version, attributes: texts(fired.attributes), targets: free, isOnce: !isEverybodys };
  }

  private isFree({ name, version }: FiredIntervention, target: Target): boolean {
    const latch = JSON.stringify([target.name, target.id, name, version]);
    if (this.told.has(latch)) return false;
    this.told.add(latch);
    return true;
  }

  forget(key: string, id: string): void {
    const start = JSON.stringify([key, id]).slice(0, -1);
    for (const one of this.told) if (one.startsWith(`${start},`)) this.told.delete(one);
  }

  toJSON(): string[] {
    return [...this.told];
  }
}
