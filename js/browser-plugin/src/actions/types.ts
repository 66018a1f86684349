import type { Intervention, InterventionHandler } from '../types.js';

export interface WebhookFailure {
  intervention_id: string;
  /** What would have been posted. */
  body: string;
  /** Of the response; absent when the post was given up before there was one. */
  status?: number;
  reason: string;
}

export interface WebhookConfiguration {
  /** Where to post to; another origin must allow it by CORS, with the headers Content-Type and Idempotency-Key. */
  url: string;
  /** Further headers, asked for at each attempt and never stored. */
  headers?: Record<string, string> | (() => Record<string, string> | Promise<Record<string, string>>);
  /** What to post as JSON; default the intervention. Called once, when the intervention fires. */
  body?: (intervention: Intervention) => unknown;
  /** Whether cookies go along; default `same-origin`. */
  credentials?: RequestCredentials;
  /** Milliseconds until an attempt, the headers included, counts as failed; default 10,000. */
  timeoutMs?: number;
  /** Posts that may wait; of more the oldest are given up. Default 100. */
  maxWaiting?: number;
  /** Milliseconds after which a post that still fails is given up; default three days. */
  maxAgeMs?: number;
  /**
   * Consent: while false (or a function that returns false, or throws) nothing is posted, and no intervention taken. What
   * waits then goes on with the next intervention, page, or return to the tab. Default true.
   */
  enabled?: boolean | (() => boolean);
  /** Called for every post that is given up; default: an error in the console. */
  onFailure?: (failure: WebhookFailure) => void;
}

export interface WebhookHandler extends InterventionHandler {
  /** How many posts wait. */
  waiting(): Promise<number>;
  /** Forgets the posts that wait. clearLocalSignals() does so too. */
  clear(): Promise<void>;
}

/** A post that waits. */
export interface Post {
  url: string;
  /** Its `intervention_id`, which is the idempotency key. */
  id: string;
  body: string;
  /** Epoch milliseconds: when the intervention fired, and of the next attempt. */
  at: number;
  due: number;
  attempts: number;
}
