// The registry of all servers: one short log in Redis that each of them follows from its start.
import type { Client, Raw } from '../storage/redis/client.js';
import { asStoreError, seqOf } from '../storage/redis/client.js';
import { KEYS } from '../storage/redis/keys.js';
import { CHANGE } from '../storage/redis/scripts.js';
import type { StreamReader } from '../storage/redis/stream_reader.js';
import { losesDefinition } from '../engine_host/machine.js';
import { type Change, Registry } from '../registry/objects.js';
import { type Layout, planLayout } from './layout.js';

const PAGE_ENTRIES = 500;
/** A change that another process overtook is planned again this often. */
const CHANGE_TRIES = 20;
/** Layouts of the past that are kept at hand: a partition that is taken over starts from one. */
const KEPT_LAYOUTS = 64;

export class RegistryLog {
  /** What made each revision, from the first. */
  private readonly past: { readonly at: number; readonly changes: readonly Change[] }[] = [];
  /** As of the latest revision. */
  private readonly newest = new Registry();
  /** Revisions at which values lost their definition. */
  private readonly losses: number[] = [];
  private readonly layouts = new Map<number, Layout>([[0, planLayout(new Registry())]]);
  private waiters: { readonly revision: number; resolve(): void }[] = [];
  private planned: Promise<unknown> = Promise.resolve();

  /** @param onRevision told of every revision that follows */
  constructor(
    private readonly client: Client,
    private readonly onRevision: (layout: Layout) => void,
  ) {}

  /** Reads what there is, and follows. */
  async open(reader: StreamReader): Promise<void> {
    for (;;) {
      const page = (await this.client.xRange(KEYS.registry, `(${this.revision}-0`, '+', { COUNT: PAGE_ENTRIES })) as Raw[];
      for (const one of page) this.take(one);
      if (page.length < PAGE_ENTRIES) break;
    }
    reader.follow(KEYS.registry, `${this.revision}-0`, (messages) => {
      for (const one of messages) {
        this.take(one);
        this.onRevision(this.latest);
      }
    });
  }

  private take({ id, message }: Raw): void {
    if (seqOf(id) !== this.revision + 1) return;
    const [at, changes] = [Number(message.at), JSON.parse(message.body ?? '[]') as Change[]];
    this.past.push({ at, changes });
    if (changes.some((change) => losesDefinition(this.newest, change))) this.losses.push(this.revision);
    this.newest.apply(changes, at);
    const ready = this.waiters.filter(({ revision }) => revision <= this.revision);
    this.waiters = this.waiters.filter(({ revision }) => revision > this.revision);
    for (const { resolve } of ready) resolve();
  }

  get revision(): number {
    return this.past.length;
  }

  get latest(): Layout {
    return this.layoutAt(this.revision);
  }

  /** Of a revision that reach() has seen. */
  layoutAt(revision: number): Layout {
    const known = this.layouts.get(revision);
    if (known) return known;
    const registry = new Registry();
    for (const { changes, at } of this.past.slice(0, revision)) registry.apply(changes, at);
    const layout = planLayout(registry);
    this.layouts.set(revision, layout);
    const [oldest] = this.layouts.keys();
    if (this.layouts.size > KEPT_LAYOUTS && oldest !== undefined) this.layouts.delete(oldest);
    return layout;
  }

  /** Layouts between two revisions (the first one excluded) at which values lost their definition. */
  lossesBetween(after: number, last: number): Layout[] {
    return this.losses.filter((revision) => revision > after && revision <= last).map((revision) => this.layoutAt(revision));
  }

  /** Resolves when this process knows the registry at this revision. */
  reach(revision: number): Promise<void> {
    if (revision <= this.revision) return Promise.resolve();
    return new Promise((resolve) => this.waiters.push({ revision, resolve }));
  }

  /** As Host.change(). */
  change<T extends { readonly changes: readonly Change[] }>(plan: (registry: Registry) => T): Promise<T> {
    const planned = this.planned.then(() => this.changeNow(plan));
    this.planned = planned.catch(() => {});
    return planned;
  }

  private async changeNow<T extends { readonly changes: readonly Change[] }>(plan: (registry: Registry) => T): Promise<T> {
    for (let left = CHANGE_TRIES; ; left--) {
      const { registry, revision } = this.latest;
      const result = plan(registry);
      if (result.changes.length === 0) return result;
      const made = await this.append(revision, result.changes);
      if (made !== 0) {
        await this.reach(made);
        return result;
      }
      if (left === 0) throw new Error('The registry is being changed by other processes all the time');
      await this.reach(revision + 1);
    }
  }

  private async append(revision: number, changes: readonly Change[]): Promise<number> {
    try {
      return (await CHANGE.run(this.client, [KEYS.registry, KEYS.revision], [String(revision), JSON.stringify(changes)])) as number;
    } catch (error) {
      throw asStoreError(error);
    }
  }
}
