import type { Engine } from '@oncue/engine';
import type { Payload } from '@snowplow/browser-tracker';
import type { RawJson } from '../raw.js';
import type { Leader, LeaderHost } from './leader.js';
import type { Fired, TabEvent } from './protocol.js';

export type Role = 'leading' | 'following';

export interface ProfileHost extends Pick<LeaderHost, 'log' | 'loaded' | 'onUnread' | 'prepare' | 'makeEngine' | 'isSyncing' | 'isBeyond' | 'extend' | 'attach' | 'isEnabled' | 'hasHandlers' | 'runBackground' | 'onFailed'> {
  /** Of the database, the lock and the channel. */
  name: string;
  /** Calls this tab's handlers. */
  show(fired: Fired): void;
  /** Another tab was told to forget everything. */
  onClear(): void;
  /** The visitor looks at this tab again. */
  onBack(): void;
  /** The leader answers what another tab asks; may be a promise. */
  answer(method: string, args: unknown[]): unknown;
}

/** All tabs of one browser profile on this origin: one engine, in the tab that leads. */
export interface Profile {
  readonly role: Role;
  /** Calls `listener` at every change of `role` and returns a function that ends that. */
  onRoleChange(listener: (role: Role) => void): () => void;
  /** Calls `listener` in the leader with every event of any tab, in the order the engine gets them. */
  onEvent(listener: (event: TabEvent) => void): () => void;
  /** Undefined in a following tab, and until what is stored has been read. */
  readonly engine: Engine | undefined;
  /** Has the handlers called once, in the tab the visitor looks at; from any tab. */
  deliver(fired: Fired): void;
  /** Asks the leader; undefined when there is none, or it does not answer in time. */
  ask(method: string, ...args: unknown[]): Promise<unknown>;
}

export interface OwnProfile extends Profile {
  readonly tab: string;
  readonly isTakingPart: boolean;
  /** Whether somebody leads, so that the answers of `ask` can be expected. */
  readonly isReady: boolean;
  readonly leader: Leader | undefined;
  /** Events that are not stored yet, and those that were dropped because too many waited. */
  readonly unsaved: number;
  readonly dropped: number;
  /** Takes part: from now on tabs know of each other, and one leads. */
  join(): void;
  /** @param payload and raw for the engine, where this tab leads */
  submit(event: TabEvent, payload?: Payload, raw?: RawJson): void;
  /** This tab can show interventions now. */
  awake(): void;
  /** Erases what is stored and tells the other tabs. */
  clear(): Promise<void>;
  leave(): void;
}
