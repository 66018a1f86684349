// Sync of several processes: an id's data lies under one hash tag, so on one node, and is changed by scripts only.
import { createHash, randomBytes } from 'node:crypto';
import { createClient } from 'redis';
import { StoreError } from '../store.js';
import { claimBody } from './claims.js';
import { APPEND, CLAIM, COMPACT, FORGET, LOAD, RAISE_FLOOR } from './redis_scripts.js';
import type { Append, Appended, ClaimAnswer, ClaimAsked, Compaction, EntryKind, FinalClaim, Kept, KnownDefinitions, Place, SyncEntry, SyncOpened, SyncStore } from './store.js';
import { Wakes } from './wakes.js';

type Client = ReturnType<typeof createClient>;
type Script = { readonly text: string; readonly sha: string };

const script = (text: string): Script => ({ text, sha: createHash('sha1').update(text).digest('hex') });
const SCRIPTS = { load: script(LOAD), append: script(APPEND), claim: script(CLAIM), forget: script(FORGET), raiseFloor: script(RAISE_FLOOR), compact: script(COMPACT) };

const PREFIX = 'oncue:sync';
const GENERATION = `${PREFIX}:generation`;
const DEFINITIONS = `${PREFIX}:definitions`;
const channelOf = (place: Place): string => `${PREFIX}:{${place}}`;
const keysOf = (place: Place): string[] => ['meta', 'replicas', 'log', 'state', 'claims'].map((name) => `${PREFIX}:{${place}}:${name}`);
const headText = ({ n, chain }: { readonly n: number; readonly chain: string }): string => `${n}:${chain}`;

/** Field names and values in turn, as scripts return streams. */
function toEntry([id, fields]: readonly [string, readonly string[]]): SyncEntry {
  const value = (name: string): string => fields[fields.indexOf(name) + 1] ?? '';
  return { cursor: Number(id.split('-')[0]), kind: value('kind') as EntryKind, at: Number(value('at')), body: value('body') };
}

interface RedisSyncOptions {
  /** redis://... or rediss://... */
  readonly url: string;
  onTrouble(error: unknown, doing: string): void;
}

export class RedisSyncStore implements SyncStore {
  readonly isShared = true;
  private readonly client: Client;
  private readonly subscriber: Client;
  private readonly wakes = new Wakes();
  private isClosed = false;

  constructor({ url, onTrouble }: RedisSyncOptions) {
    // A device tries again by itself: better an answer at once than a request that waits for Redis to come back.
    this.client = createClient({ url, disableOfflineQueue: true }) as unknown as Client;
    this.subscriber = createClient({ url });
    for (const client of [this.client, this.subscriber]) client.on('error', (error) => this.isClosed || onTrouble(error, 'talking to Redis about sync'));
    // What was published while the connection was down was not heard.
    this.subscriber.on('ready', () => this.wakes.wakeAll());
  }

  private async ask<T>(asked: () => Promise<T>): Promise<T> {
    try {
      return await asked();
    } catch (error) {
      throw new StoreError(`Redis: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private run<T>({ text, sha }: Script, keys: string[], ...parameters: string[]): Promise<T> {
    return this.ask(async () => {
      const given = { keys, arguments: parameters };
      try {
        return (await this.client.evalSha(sha, given)) as T;
      } catch (error) {
        if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
        return (await this.client.eval(text, given)) as T;
      }
    });
  }

  open(): Promise<SyncOpened> {
    return this.ask(async () => {
      await Promise.all([this.client.connect(), this.subscriber.connect()]);
      await this.client.set(GENERATION, randomBytes(8).toString('hex'), { condition: 'NX' });
      const [generation, definitions] = await Promise.all([this.client.get(GENERATION), this.definitions()]);
      return { generation: generation ?? '', definitions };
    });
  }

  private async definitions(): Promise<KnownDefinitions[]> {
    return Object.entries(await this.client.hGetAll(DEFINITIONS)).map(([digest, text]) => ({ digest, text }));
  }

  definitionsBeyond(count: number): Promise<KnownDefinitions[]> {
    return this.ask(async () => ((await this.client.hLen(DEFINITIONS)) > count ? this.definitions() : []));
  }

  async load(place: Place): Promise<Kept> {
    const answer = await this.run<[string, string, string, string, string | null, string | null, [string, string[]][]]>(SCRIPTS.load, keysOf(place));
    const [epoch, floor, cursor, dropped, stateCursor, state, entries] = answer;
    const folded = stateCursor !== null && state !== null ? { cursor: Number(stateCursor), text: state } : undefined;
    return { epoch: Number(epoch), floor: Number(floor), cursor: Number(cursor), dropped: Number(dropped), ...(folded && { state: folded }), tail: entries.map(toEntry) };
  }

  async read(place: Place, cursor: number, limit: number): Promise<SyncEntry[]> {
    const log = `${PREFIX}:{${place}}:log`;
    const found = await this.ask(() => this.client.xRange(log, `(${cursor}-0`, '+', { COUNT: limit }));
    return (found as { id: string; message: Record<string, string> }[]).map(({ id, message }) => toEntry([id, Object.entries(message).flat()]));
  }

  async append(place: Place, { epoch, floor, replica, base, next, at, body, mostReplicas }: Append): Promise<Appended> {
    const parameters = [String(epoch), replica, headText(base), headText(next), String(at), body, String(mostReplicas), String(floor), channelOf(place)];
    const [outcome, cursor] = await this.run<[Appended['outcome'], string?]>(SCRIPTS.append, keysOf(place), ...parameters);
    return outcome === 'ok' ? { outcome, cursor: Number(cursor) } : { outcome };
  }

  async claim(place: Place, _key: string, asked: ClaimAsked): Promise<ClaimAnswer> {
    const { epoch, name, version, interventionId, isFinal, leaseMs, now } = asked;
    // The epoch in the name: a lease of before a forget() holds nobody back.
    const keys = [...keysOf(place), `${PREFIX}:{${place}}:lease:${epoch}:${name}/${version}`];
    const parameters = [String(epoch), interventionId, isFinal ? '1' : '0', String(leaseMs), String(now), claimBody(asked), channelOf(place)];
    const [outcome, more] = await this.run<['granted' | 'taken' | 'epoch', string?]>(SCRIPTS.claim, keys, ...parameters);
    if (outcome === 'granted') return { outcome, published: more === '1' };
    return outcome === 'epoch' ? { outcome, epoch: Number(more) } : { outcome };
  }

  async claims(place: Place): Promise<FinalClaim[]> {
    const bodies = await this.ask(() => this.client.hKeys(`${PREFIX}:{${place}}:claims`));
    return bodies.sort().map((body) => JSON.parse(body) as FinalClaim);
  }

  async forget(place: Place, _key: string, now: number): Promise<{ epoch: number; known: boolean }> {
    const [epoch, known] = await this.run<[string, string]>(SCRIPTS.forget, keysOf(place), String(now), channelOf(place));
    // The append-only file would keep the facts until it is rewritten; one rewrite at a time is all there can be.
    await this.client.bgRewriteAof().catch(() => {});
    return { epoch: Number(epoch), known: known === '1' };
  }

  async raiseFloor(place: Place, epoch: number, floor: number, now: number): Promise<number> {
    return Number(await this.run<string>(SCRIPTS.raiseFloor, keysOf(place), String(epoch), String(floor), String(now), channelOf(place)));
  }

  async compact(place: Place, { epoch, cursor, text, drop }: Compaction): Promise<void> {
    await this.run(SCRIPTS.compact, keysOf(place), String(epoch), String(cursor), text, String(drop), String(drop + 1));
  }

  async remember({ digest, text }: KnownDefinitions): Promise<void> {
    await this.ask(() => this.client.hSet(DEFINITIONS, digest, text));
  }

  async watch(place: Place, wake: () => void): Promise<() => void> {
    const channel = channelOf(place);
    const heard = (): void => this.wakes.wake(place);
    if (this.wakes.add(place, wake)) await this.ask(() => this.subscriber.subscribe(channel, heard));
    return () => {
      if (this.wakes.remove(place, wake) && !this.isClosed) void this.subscriber.unsubscribe(channel).catch(() => {});
    };
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.subscriber.destroy();
    if (this.client.isOpen) await this.client.close();
  }
}
