// What the service is asked, and what it answers. Every answer carries the server's clock, from which devices learn their offset.
import type { Facts, Head } from './engine_calls.js';

export interface Upload extends Facts {
  readonly epoch: number;
  /** Digest of the synced computations that the device has. */
  readonly definitions: string;
}

export type UploadAnswer =
  | { readonly code: 'ok' | 'gap' | 'fork'; readonly n: number; readonly chain: string; readonly now: number }
  | { readonly code: 'epoch'; readonly epoch: number; readonly now: number }
  | { readonly code: 'floor'; readonly floor: number; readonly n: number; readonly chain: string; readonly now: number }
  | { readonly code: 'future'; readonly n: number; readonly chain: string; readonly now: number }
  | { readonly code: 'definitions' | 'bad' | 'replicas'; readonly now: number };

export interface ClaimRequest {
  readonly epoch: number;
  readonly name: string;
  readonly version: number;
  readonly intervention_id: string;
  readonly final: boolean;
}

export type ClaimReply =
  | { readonly code: 'ok'; readonly granted: true; readonly lease: number | null; readonly now: number }
  | { readonly code: 'ok'; readonly granted: false; readonly now: number }
  | { readonly code: 'epoch'; readonly epoch: number; readonly now: number };

export interface StateAnswer {
  readonly epoch: number;
  readonly floor: number;
  readonly generation: string;
  readonly cursor: number;
  readonly digest: string;
  readonly vector: Readonly<Record<string, Head>>;
  readonly state: string;
  readonly claims: readonly { readonly name: string; readonly version: number }[];
  readonly now: number;
}

export interface Hello {
  readonly generation: string;
  readonly epoch: number;
  readonly cursor: number;
  readonly digest: string;
  /** What the server holds of the device that asks; null when it did not say which, or is unknown. */
  readonly own: Head | null;
  /** The stream cannot go on from where the device was: it has to fetch the state. */
  readonly refetch: boolean;
  readonly now: number;
}
