import type { BrowserTracker } from '@snowplow/browser-tracker';
import { isAllowed } from '../consent.js';
import type { Intervention } from '../types.js';
import { attemptPost } from './attempt.js';
import { createOutbox } from './outbox.js';
import type { Post, WebhookConfiguration, WebhookHandler } from './types.js';

/** Milliseconds between two attempts: the first wait, doubled up to the last one; half of it is left to chance. */
const FIRST_WAIT = 1000;
const LAST_WAIT = 60 * 60_000;
const THREE_DAYS = 3 * 24 * 60 * 60_000;

// Whole, as the clock and timers are: else one that rings on time comes a moment too early.
const waitAfter = (attempts: number): number => Math.round(Math.min(FIRST_WAIT * 2 ** attempts, LAST_WAIT) * (0.5 + Math.random() / 2));

/**
 * A handler that posts interventions to a server of yours. A post is stored before the handler is done, survives a reload,
 * waits while the browser is offline, and is tried again until the server answers 2xx; each attempt carries the header
 * `Idempotency-Key: <intervention_id>`, by which a server recognises what it has got already. It needs no visible tab, and of
 * all tabs one posts at a time. A 4xx answer other than 408 and 429 is final. Make the handler on every page: it posts what earlier pages left.
 */
export function webhookHandler(configuration: WebhookConfiguration): WebhookHandler {
  const { url, body = (intervention) => intervention, maxWaiting = 100, maxAgeMs = THREE_DAYS } = configuration;
  if (typeof url !== 'string' || !url) throw new TypeError('webhookHandler: give it the url to post to');
  const isBrowser = typeof window !== 'undefined';
  const address = isBrowser ? new URL(url, location.href).href : url;
  const outbox = createOutbox(address);
  let timer: ReturnType<typeof setTimeout>;
  let isRunning = false;
  let isWanted = false;
  let isBackOnline = false;

  function report({ id, body }: Post, reason: string, status?: number): void {
    const failure = { intervention_id: id, body, reason, ...(status && { status }) };
    try {
      if (configuration.onFailure) configuration.onFailure(failure);
      else console.error(`OnCue: webhook ${address} does not get intervention ${id}: ${reason}`);
    } catch (error) {
      console.error('OnCue: onFailure of webhookHandler failed', error);
    }
  }

  const isEnabled = (): boolean => isAllowed(configuration.enabled, ' of webhookHandler', console);

  async function giveUp(post: Post, reason: string, status?: number): Promise<void> {
    await outbox.remove(post);
    report(post, reason, status);
  }

  async function postOne(post: Post): Promise<void> {
    if (Date.now() - post.at > maxAgeMs) return giveUp(post, `could not be delivered in ${maxAgeMs} ms`);
    const outcome = await attemptPost(post, configuration);
    if (outcome.type === 'done') return outbox.remove(post);
    if (outcome.type === 'refused') return giveUp(post, `the server answered ${outcome.status}`, outcome.status);
    const due = Date.now() + Math.max(outcome.afterMs, waitAfter(post.attempts));
    return outbox.update({ ...post, attempts: post.attempts + 1, due });
  }

  /** Posts what is due, each post once, and sets the timer for the rest. */
  async function postAll(): Promise<void> {
    clearTimeout(timer);
    const isAllDue = isBackOnline;
    isBackOnline = false;
    const tried = new Set<string>();
    // `online` comes when it is over.
    while (navigator.onLine !== false && isEnabled()) {
      const posts = await outbox.list();
      const post = posts.find(({ id, due }) => !tried.has(id) && (isAllDue || due <= Date.now()));
      if (!post) {
        const next = Math.min(...posts.map(({ due }) => due));
        if (posts.length) timer = setTimeout(run, Math.max(next - Date.now(), FIRST_WAIT / 2));
        return;
      }
      tried.add(post.id);
      await postOne(post);
    }
  }

  /** Web Locks let one tab post; without them, as in a sandboxed page, two may post the same, which the idempotency key tells the server. */
  async function postAlone(): Promise<void> {
    const { locks } = navigator;
    if (!locks) return postAll();
    await locks.request(`oncue-webhook ${address}`, postAll).catch((error) => {
      if (error?.name !== 'SecurityError') throw error;
      return postAll();
    });
  }

  async function run(): Promise<void> {
    isWanted = true;
    if (isRunning) return;
    isRunning = true;
    while (isWanted) {
      isWanted = false;
      try {
        await postAlone();
      } catch (error) {
        console.error('OnCue: webhookHandler cannot post now', error);
      }
    }
    isRunning = false;
  }

  async function accept(intervention: Intervention, _tracker?: BrowserTracker, isAnonymous?: boolean): Promise<void> {
    if (!isEnabled()) throw new Error('webhookHandler: not posted, since its option "enabled" says no');
    const id = intervention.intervention_id;
    const at = Date.now();
    const text = JSON.stringify(body(intervention));
    await outbox.add({ url: address, id, body: text, at, due: at, attempts: 0 }, isAnonymous);
    const posts = await outbox.list();
    for (const post of posts.slice(0, -maxWaiting)) await giveUp(post, `more than ${maxWaiting} posts wait`);
    void run();
  }

  if (isBrowser) {
    addEventListener('online', () => {
      // What waited for the network waits no longer.
      isBackOnline = true;
      void run();
    });
    addEventListener('pageshow', () => void run());
    // What a tab left that was closed meanwhile.
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') void run();
    });
    addEventListener('oncue:clear', () => void outbox.clear());
    void run();
  }
  return Object.assign(accept, {
    background: true,
    waiting: async () => (await outbox.list()).length,
    clear: () => outbox.clear(),
  });
}
