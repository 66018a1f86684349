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

const PART_CHARACTERS = 65_536;
const LINE_END = 10;

function* linesOf(bytes: Uint8Array): Generator<string> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let start = 0, end; (end = text.indexOf(LINE_END, start)) >= 0; start = end + 1) yield text.toString('utf8', start, end);
}

/**
 * The engine names the first target that is free and latches all that have an id. On a server each of them has
 * subscribers of its own, and each is told once: so those that were told before are kept here. Of an intervention that has one
 * target key there is nothing to keep: it fires for a target that the engine has not latched, or not at all.
 */
export class Deliveries {
  /** By target, what it was told of: an id that is forgotten is found at once. */
  private readonly told = new Map<string, string[]>();
  /** Targets and interventions, each pair once. */
  size = 0;

  /** @param told what toBytes() gave, or one text for each as older snapshots have them */
  constructor(told: Uint8Array | readonly string[] = []) {
    for (const one of told instanceof Uint8Array ? linesOf(told) : told) {
      const [key, id, name, version] = JSON.parse(one) as [string, string, string, number];
      this.add(JSON.stringify([key, id]), JSON.stringify([name, version]));
    }
  }

  /** @returns whether it was not there */
  private add(target: string, latch: string): boolean {
    const latches = this.told.get(target);
    if (!latches) this.told.set(target, [latch]);
    else if (latches.includes(latch)) return false;
    else latches.push(latch);
    this.size++;
    return true;
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
    const isAlone = (explain?.targets.length ?? 0) <= 1;
    const isEverybodys = refires || explain?.state === 'on_change';
    const free = isEverybodys || isAlone ? targets : targets.filter((target) => this.isFree(fired, target) || isFirst(target));
    return { intervention_id, name, version, attributes: texts(fired.attributes), targets: free, isOnce: !isEverybodys };
  }

  private isFree({ name, version }: FiredIntervention, target: Target): boolean {
    return this.add(JSON.stringify([target.name, target.id]), JSON.stringify([name, version]));
  }

  forget(key: string, id: string): void {
    const target = JSON.stringify([key, id]);
    this.size -= this.told.get(target)?.length ?? 0;
    this.told.delete(target);
  }

  /** Lines of JSON: as one text they would end at half a GiB, some million of them. */
  toBytes(): Uint8Array {
    const parts: Uint8Array[] = [];
    let text = '';
    for (const [target, latches] of this.told) {
      for (const latch of latches) text += `${target.slice(0, -1)},${latch.slice(1)}\n`;
      if (text.length < PART_CHARACTERS) continue;
      parts.push(Buffer.from(text));
      text = '';
    }
    // No Buffer: its slices would share its memory.
    return new Uint8Array(Buffer.concat([...parts, Buffer.from(text)]));
  }
}
