// What the engine's sync call and the server's answers look like; docs/sync-protocol.md. Numbers of 64 bits are 16
// lower-case hex digits, bytes are base64url without padding, times are epoch milliseconds.
import type { AttributeKeyId, AttributeKeyName, Intervention } from '../types.js';

/** A person: the id of a synced key. */
export interface Who {
  key: AttributeKeyName;
  id: AttributeKeyId;
}

/** What the engine has of one id. */
export interface OwnState extends Who {
  epoch: number;
  /** Facts of this replica that the server has. */
  n: number;
  /** Facts of this replica that it does not have. */
  pending: number;
  /** Of everything the server is known to have. */
  digest: string;
  /** Definitions have come that it lacks the older facts for. */
  incomplete?: boolean;
}

export interface Status {
  replica: string;
  ids: OwnState[];
  /** `group:attribute` of synced groups that are not synced, since they read an id of this browser. */
  local?: string[];
}

/** Facts of one replica, in order: those after its first `base`, with the chain after the last one. */
export interface Facts {
  replica: string;
  base: number;
  chain: string;
  facts: string[];
}

export interface Claim {
  name: string;
  version: number;
}

export interface Hello {
  epoch: number;
  now: number;
  digest: string;
  /** How far the server knows this replica. */
  own: { n: number; chain: string } | null;
  /** Whether it cannot go on from where this device was. */
  refetch: boolean;
}

export interface ServerState {
  epoch: number;
  digest: string;
  state: string;
  claims: Claim[];
  now: number;
}

/** Any answer of the engine to a command; which members are there depends on the command. */
export interface Answer {
  fired: readonly Intervention[];
  status?: 'ok' | 'known' | 'gap' | 'epoch' | 'fork' | 'bad' | 'behind';
  ok?: boolean;
  fork?: boolean;
  pending?: number;
  facts?: string[];
  replica?: string;
  digest?: string;
  epoch?: number;
  error?: { code: string; message: string };
}
