// The commands of the sync protocol (docs/sync-protocol.md). 64-bit numbers are 16 lower-case hex digits.
import type { FiredIntervention } from './intervention.js';

/** 64 bits as 16 lower-case hex digits. */
export type Hex64 = string;

/** An id of one of the keys in option `syncKeys`. */
interface Of {
  key: string;
  id: string;
}
interface Facts extends Of {
  epoch: number;
  replica: Hex64;
  /** Facts of the replica before the first of `facts`. */
  base: number;
  chain: Hex64;
  /** base64url */
  facts: readonly string[];
}

export type SyncCommand =
  /** `stitchable`: whether to keep what happens while nobody is known, for `stitch`; false, as at first, forgets it. */
  | { do: 'status'; stitchable?: boolean }
  /** `offset`: ms to add to the device's times to get the server's; `limit`: facts; `bytes`: of the facts in JSON, about. */
  | ({ do: 'upload'; offset?: number; limit?: number; bytes?: number } & Of)
  | ({ do: 'ack'; n: number; chain: Hex64 } & Of)
  /** `seed`: 64 random bits as decimal text. */
  | { do: 'fork'; seed: string }
  | ({ do: 'refused'; reason: 'future' } & Of)
  | ({ do: 'refused'; reason: 'floor'; floor: number } & Of)
  /** `chain` is the one after the last fact. */
  | ({ do: 'facts' } & Facts)
  /** `bytes: 0`: without the state itself, which takes most of the time. */
  | ({ do: 'state'; bytes?: 0 } & Of)
  /** Adopts what happened while nobody was known: the latest 1,000 events, once. */
  | ({ do: 'stitch' } & Of)
  | ({ do: 'merge'; state: string } & Of)
  | ({ do: 'claims'; claims: readonly { name: string; version: number }[] } & Of)
  | ({ do: 'forget'; epoch: number } & Of)
  | ({ do: 'floor'; floor: number } & Of)
  /** `chain` is the one before the first fact; `newest` bounds their receipts, epoch ms. */
  | ({ do: 'append'; newest?: number } & Facts);

export interface SyncedId extends Of {
  epoch: number;
  floor: number;
  /** Acknowledged facts of this replica. */
  n: number;
  pending: number;
  /** Of the pending ones: uploaded, so that their times are settled. */
  frozen: number;
  digest: Hex64;
  /** The definitions have grown: merge a state made with them. */
  incomplete?: true;
}

export interface SyncUpload extends Facts {
  protocol: 1;
  /** Digest of the synced computations that are loaded. */
  definitions: Hex64;
}

type Refusal = 'gap' | 'fork' | 'epoch' | 'future' | 'floor' | 'bad' | 'definitions';

interface Answers {
  status: {
    replica: Hex64;
    definitions: Hex64;
    ids: SyncedId[];
    /** `group:attribute` of synced groups that read an id of one browser or session: each device counts them for itself. */
    local?: string[];
    /** Since the engine was created: facts recorded here and taken from others, and what became of the rest. */
    stats: Record<'recorded' | 'applied' | 'ignored' | 'merges' | 'forks' | 'refused' | 'dropped', number>;
  };
  upload: SyncUpload | { facts: [] };
  ack: { ok: true; pending: number } | { fork: true };
  fork: { replica: Hex64 };
  refused: { pending: number };
  facts: { status: 'ok' | 'known' | 'gap' | 'epoch' | 'fork' | 'bad'; n: number; epoch: number; ignored?: number };
  state: {
    epoch: number;
    floor: number;
    digest: Hex64;
    vector: Record<Hex64, { n: number; chain: Hex64 }>;
    /** base64url */
    state: string;
  };
  /** `behind`: the state lacks facts that this engine, whose definitions have grown, would have to give up: get a newer one. */
  merge: { status: 'ok' | 'known' | 'behind' | 'epoch' | 'fork' | 'bad'; epoch: number; digest: Hex64 };
  claims: { ok: true };
  stitch: { adopted: number };
  forget: { epoch: number };
  floor: { floor: number };
  append:
    | { status: 'ok'; n: number; chain: Hex64; epoch: number; fresh: number; chains: Hex64[]; ignored?: number }
    | { status: Refusal; n: number; chain: Hex64; epoch: number; index?: number; floor?: number };
}

/** Codes are stable; nothing has changed. */
export interface SyncError {
  error: { code: string; message: string };
}

/** `fired` is what the command made true or, as time passed up to `now`, became true. */
export type SyncAnswer<V extends SyncCommand['do'] = SyncCommand['do']> =
  | (Answers[V] & { error?: undefined; fired: readonly FiredIntervention[] })
  | (SyncError & { fired: readonly FiredIntervention[] });

/** In a fired intervention that latches for an id of a synced key. */
export interface Claim extends Of {
  /** Show it only with the server's claim: facts of other devices made it true. */
  required: boolean;
}
