import type { Engine, EngineOptions } from '@oncue/engine';
import type { Logger } from '@snowplow/browser-tracker';
import type { Entry, Stored } from '../storage/store.js';
import type { Attach, Leader } from '../tabs/leader.js';
import type { OwnProfile } from '../tabs/profile_types.js';
import type { Fired, TabEvent } from '../tabs/protocol.js';
import type { Gate } from '../tabs/showing.js';
import type { SyncConfiguration } from '../types.js';

const USER_KEY = 'user_id';
/** Of an event: somebody is signed in, or it names the key. */
const MAY_BE_SYNCED = /"uid":|"user_id"/;
/** A snapshot says its version here, and from that one on that there is something to sync. */
const SNAPSHOT_VERSION_AT = 4;
const SYNCED_VERSION = 3;
/** Between two attempts to load what syncs, ms. */
const RETRY_MS = 60_000;
/** Events that wait on disk for what syncs; replaying them takes a page some dozen milliseconds. */
const KEPT_MAX = 2000;

/** Where a page with option `sync` stands: nobody needs it yet, it is loaded, or it cannot be and the page does without. */
export interface Syncing {
  /** Loads at once what does not wait for somebody to sign in. */
  prepare(): Promise<void>;
  /** Before a reign replays what is stored. Loads what syncs if that is needed, or leaves out what needs it. */
  begin(stored: Stored, early: readonly Entry[]): Promise<void>;
  /** Whether what syncs is to be loaded, or tried again, before the engine takes this one in. */
  isBeyond(entry: Entry): boolean;
  /** Loads what syncs. Never rejects. */
  extend(): Promise<void>;
  /** Whether the page does without what it needs. */
  readonly isLone: boolean;
  /** Whether the log is to be kept as it is, since an engine that syncs has to read it. */
  readonly keepsLog: boolean;
  /** An engine that does without numbers what it fires in another way than one that syncs. */
  seedOf(seed: string): string;
  /** Before the first input of an engine. */
  start(engine: Engine): void;
  /** What others of this visitor may show as well says so. */
  mark(fired: Fired): void;
  attach: Attach;
}

/**
 * While what syncs cannot be loaded, an engine that does not sync counts for the page, and the log since the last snapshot
 * stays: the first engine that syncs replays it, so that each event becomes a fact, once.
 * @param options those that engines will be made with; get what sync needs
 * @param loadEngine loads the larger engine, which syncs if that is asked for
 * @param isFileNamed whether the page names the engine's file
 * @param isEnabled consent
 */
export function createSyncing(
  sync: SyncConfiguration,
  options: EngineOptions,
  loadEngine: (syncs?: boolean) => Promise<void>,
  isFileNamed: boolean,
  profile: OwnProfile,
  log: Logger,
  isEnabled: () => boolean
): Syncing {
  const keys = sync.keys ?? [USER_KEY];
  /** Other keys' ids may stand anywhere in an event, what is to be stitched is kept from the first one on, and a file that was named is to be the one that syncs. */
  const isLazy = !isFileNamed && !sync.stitch && String(keys) === USER_KEY;
  /** Keeps the engine in step with a server. */
  let attach: Attach | undefined;
  /** Epoch ms; 0 before a first failure. */
  let retryAt = 0;
  /** About how many events the log has. */
  let waiting = 0;

  const isLone = (): boolean => !attach && retryAt > 0;

  function isBeyond(entry: Entry): boolean {
    if (attach) return false;
    waiting++;
    return Date.now() >= retryAt && (!isLazy || MAY_BE_SYNCED.test((entry as TabEvent).text));
  }

  async function extend(): Promise<void> {
    try {
      const [{ startSync }] = await Promise.all([import('../sync.js'), loadEngine(true)]);
      attach ??= startSync(sync, options, profile, log, isEnabled);
    } catch (error) {
      if (!retryAt) {
        log.warn(
          `OnCue: oncue.sync.wasm, or the code that syncs, cannot be loaded: this page counts for itself, events wait on disk for a page that syncs. Tried again later; check that the file is deployed, the network, and the CSP. ${error}`
        );
      }
      // Of an intervention's targets a synced one decides here too, where the larger engine can be had.
      await loadEngine().then(() => (options.syncKeys = keys), () => {});
      retryAt = Date.now() + RETRY_MS;
    }
  }

  /** As without a server: what one device may show is shown, and the server hears of it when it can; the rest waits. */
  const decideAlone = ({ journal, showing }: Leader, fired: Fired, settle: () => void, proceed: () => void): void => {
    const { claim, intervention_id } = fired.intervention;
    if (claim && (claim.required || sync.mode === 'claim_first')) {
      fired.isHeld = true;
      return proceed();
    }
    settle();
    if (!claim) return;
    const shown: Fired = { ...fired, isHeld: true, isShown: true };
    showing?.waiting.set(intervention_id, shown);
    // After the record that says it is shown and waits for no tab.
    journal.whenDurable(() => journal.fired(shown));
  };

  return {
    prepare: async () => (isLazy || attach ? undefined : extend()),
    async begin({ base, log }, early) {
      const isSynced = (base?.bytes?.[SNAPSHOT_VERSION_AT] ?? 0) >= SYNCED_VERSION;
      waiting = 0;
      // All of them are looked at: they are counted.
      const isNeeded = [...log.flatMap(({ entries = [] }) => entries), ...early].filter(isBeyond).length > 0;
      if (!attach && (isNeeded || (isSynced && Date.now() >= retryAt))) await extend();
      if (attach) return;
      for (const record of log) record.entries = record.entries?.filter((entry) => (entry as TabEvent).door !== 'sync');
    },
    isBeyond,
    extend,
    get isLone() {
      return isLone();
    },
    get keepsLog() {
      return isLone() && waiting < KEPT_MAX;
    },
    seedOf: (seed) => (isLone() ? `${BigInt(seed) / 2n}` : seed),
    start(engine) {
      // The first command turns sync on, which is to be so for every event.
      if (attach) engine.sync({ do: 'status', stitchable: !!sync.stitch });
    },
    mark({ intervention, anonymous }) {
      const { name, id } = intervention.target_attribute_key ?? {};
      if (isLone() && !anonymous && name && id && keys.includes(name)) intervention.claim ??= { key: name, id, required: false };
    },
    attach(engine, leader): Gate | undefined {
      if (attach) return attach(engine, leader);
      return (fired, settle, proceed) => decideAlone(leader, fired, settle, proceed);
    },
  };
}
