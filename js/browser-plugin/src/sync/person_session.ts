import type { Logger } from '@snowplow/browser-tracker';
import type { SyncConfiguration } from '../types.js';
import type { Commands } from './commands.js';
import type { Claim, Facts, Hello, ServerState, Who } from './contract.js';
import { createServer, NoToken, type Server } from './server.js';
import { createParser, type StreamEvent } from './sse.js';
import { createUploader, randomSeed } from './upload.js';
import { createBackoff } from './waits.js';

/** The server sends something at least every 15 s: a stream that is silent for so long is dead, ms. */
const SILENCE_MS = 40_000;

export interface SessionHost {
  configuration: SyncConfiguration;
  commands: Commands;
  log: Logger;
  /** Consent. */
  isEnabled(): boolean;
  /** The server can be asked: at every hello and ping. */
  onReached(who: Who): void;
  /** Other devices show these. */
  onClaims(who: Who, claims: Claim[]): void;
  /** Everything about this id is to go. */
  onForgotten(who: Who): void;
}

/** A connection: when and as whom it was asked for, and the epoch that its `hello` told. */
interface Stream {
  sent: number;
  replica: string;
  epoch: number;
}

/** Keeps one person's state in step with the server, while that person uses this profile. */
export interface Session extends Who {
  readonly server: Server;
  readonly isOver: boolean;
  /** Something happened that may be worth sending. */
  send(): void;
  end(): void;
}

export function createSession(who: Who, host: SessionHost): Session {
  const { commands, configuration, log } = host;
  const life = new AbortController();
  const server = createServer(configuration, who, life.signal);
  const backoff = createBackoff();
  const sendAll = createUploader(who, server, commands, mayGoOn, refetch, log);
  let turn = Promise.resolve();
  let connection: AbortController | undefined;
  let isConnected = false;
  let hasFailed = false;
  let lastId = '';
  let isFetching = false;
  let isSending = false;

  /** Ends the session when consent is gone. */
  function mayGoOn(): boolean {
    if (!life.signal.aborted && !host.isEnabled()) life.abort();
    return !life.signal.aborted;
  }

  /** An error here ends the connection, and another one is made after a while. */
  function fail(error: unknown): void {
    if (life.signal.aborted || !navigator.onLine || error instanceof NoToken) return;
    if (!hasFailed) log.warn(`OnCue: sync with ${configuration.endpoint} failed (${error}): check endpoint, token, CORS, and connect-src of the CSP; trying again`);
    hasFailed = true;
  }

  /** What reads and writes this replica's own entry is done one by one. */
  function inTurn(task: () => Promise<void>): Promise<void> {
    const own = turn.then(task);
    turn = own.catch(fail);
    return own;
  }

  function send(): void {
    if (!isConnected || isSending || !mayGoOn()) return;
    isSending = true;
    void inTurn(() => {
      isSending = false;
      return sendAll();
    }).catch(() => {});
  }

  /** The server's word on this replica. */
  function acknowledge({ n, chain }: { n: number; chain: string }): void {
    const known = commands.find(who)?.n ?? 0;
    if (!n || n < known) return;
    const ack = { do: 'ack', ...who, n, chain };
    if ((n > known ? commands.run(ack) : commands.ask(ack)).fork) commands.run({ do: 'fork', seed: randomSeed() });
  }

  const ownEpoch = (): number => commands.find(who)?.epoch ?? 0;
  /** What an erased epoch's stream or answer still says when a newer one is known must not count in that. */
  const isErased = (epoch: number): boolean => epoch < ownEpoch();

  function raiseEpoch(epoch: number): void {
    if (epoch <= ownEpoch()) return;
    commands.run({ do: 'forget', ...who, epoch });
    host.onForgotten(who);
  }

  function takeClaims(claims: Claim[]): void {
    if (!claims.length) return;
    commands.run({ do: 'claims', ...who, claims });
    host.onClaims(who, claims);
  }

  async function fetchState(): Promise<void> {
    const sent = Date.now();
    // The token says whose: addresses end up in logs.
    const response = await server.call('/state');
    if (!response.ok) throw new Error(`/state answered ${response.status}`);
    const { epoch, state, claims, now }: ServerState = await response.json();
    if (!mayGoOn()) return;
    server.clock.learn(now, sent);
    if (isErased(epoch)) return;
    raiseEpoch(epoch);
    // The claims first, so that the merge does not fire what others have shown.
    takeClaims(claims);
    if (state && commands.run({ do: 'merge', ...who, state }).status === 'fork') {
      commands.run({ do: 'fork', seed: randomSeed() });
      commands.run({ do: 'merge', ...who, state });
    }
  }

  function refetch(): void {
    if (isFetching) return;
    isFetching = true;
    void inTurn(() => {
      isFetching = false;
      return fetchState();
    }).catch(() => {});
  }

  function takeFacts({ replica, base, chain, facts }: Facts, epoch: number): void {
    if (replica === commands.status().replica) return acknowledge({ n: base + facts.length, chain });
    const { status } = commands.run({ do: 'facts', ...who, epoch, replica, base, chain, facts });
    if (status !== 'ok' && status !== 'known') refetch();
  }

  async function greet({ epoch, own, refetch: isForeign }: Hello, isFirst: boolean, replica: string): Promise<void> {
    raiseEpoch(epoch);
    // Of the replica that asked, which this may no longer be.
    if (own && replica === commands.status().replica && !isErased(epoch)) acknowledge(own);
    if (isForeign || isFirst) await inTurn(fetchState);
    isConnected = true;
    hasFailed = false;
    backoff.reset();
    host.onReached(who);
    send();
  }

  function take({ type, data, id }: StreamEvent, stream: Stream): void {
    const message = JSON.parse(data);
    // A stream's first message tells the time as any answer does; later ones wait in buffers on their way.
    if (type === 'hello') {
      server.clock.learn(message.now, stream.sent);
      stream.epoch = message.epoch;
      greet(message, !lastId, stream.replica).catch((error) => {
        fail(error);
        // What was missed is asked for again.
        lastId = '';
        connection?.abort();
      });
    }
    if (!isErased(stream.epoch)) {
      if (type === 'facts') takeFacts(message, stream.epoch);
      if (type === 'claim') takeClaims([message]);
    }
    if (type === 'forget') raiseEpoch(message.epoch);
    // Older facts may still be on their way, and would leave other bytes than where they came before it.
    if (type === 'floor') refetch();
    if (type === 'ping' && isConnected) {
      const own = commands.find(who);
      // Without a digest there is more to come.
      if (own?.incomplete || (message.digest && message.digest !== own?.digest)) refetch();
      host.onReached(who);
      send();
    }
    if (id) lastId = id;
  }

  async function listen(): Promise<void> {
    const own = (connection = new AbortController());
    const drop = (): void => own.abort();
    life.signal.addEventListener('abort', drop);
    addEventListener('offline', drop);
    let silence = setTimeout(drop, SILENCE_MS);
    try {
      const sent = Date.now();
      const { replica } = commands.status();
      const stream = { sent, replica, epoch: 0 };
      const response = await server.call('/stream?' + new URLSearchParams({ replica }), undefined, {
        headers: { 'accept': 'text/event-stream', ...(lastId && { 'last-event-id': lastId }) },
        signal: own.signal,
      });
      if (!response.ok || !response.body) throw new Error(`/stream answered ${response.status}`);
      const parse = createParser((event) => mayGoOn() && take(event, stream));
      const reader = response.body.getReader();
      const decoder = new TextDecoder();
      for (;;) {
        const { done, value } = await reader.read();
        if (done || !mayGoOn()) break;
        clearTimeout(silence);
        silence = setTimeout(drop, SILENCE_MS);
        parse(decoder.decode(value, { stream: true }));
      }
    } finally {
      isConnected = false;
      clearTimeout(silence);
      own.abort();
      life.signal.removeEventListener('abort', drop);
      removeEventListener('offline', drop);
    }
  }

  async function live(): Promise<void> {
    while (mayGoOn()) {
      await listen().catch(fail);
      await backoff.wait(life.signal);
    }
  }

  void live();
  return {
    ...who,
    server,
    get isOver() {
      return life.signal.aborted;
    },
    send,
    end: () => life.abort(),
  };
}
