import type { Engine } from '@oncue/engine';
import type { Payload } from '@snowplow/browser-tracker';
import { createStore } from '../storage/store.js';
import type { RawJson } from '../raw.js';
import { createLeader, type Leader, type LeaderHost } from './leader.js';
import { createLockLeadership } from './leadership.js';
import { PROTOCOL, type Body, type Fired, type Message, type TabEvent } from './protocol.js';

/** Events kept until the leader has stored them, those of other tabs included. */
const UNSAVED_MAX = 1000;
/** A leader that has not answered a tab in front of the visitor for so long is frozen, ms. */
const PATIENCE_MS = 3000;

export type Role = 'leading' | 'following';

export interface ProfileHost extends Pick<LeaderHost, 'log' | 'loaded' | 'createEngine' | 'isEnabled' | 'onFailed'> {
  /** Of the database, the lock and the channel. */
  name: string;
  hasHandlers(): boolean;
  /** Calls this tab's handlers. */
  show(fired: Fired): void;
  /** Another tab was told to forget everything. */
  onClear(): void;
  /** The leader answers what another tab asks. */
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

function subscribe<T>(listeners: Set<(value: T) => void>, listener: (value: T) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function createProfile(host: ProfileHost): OwnProfile {
  const { name, log } = host;
  const tab = Math.random().toString(36).slice(2);
  const leadership = createLockLeadership(name, lead, follow);
  const unsaved = new Map<string, TabEvent>();
  const roleListeners = new Set<(role: Role) => void>();
  const eventListeners = new Set<(event: TabEvent) => void>();
  const questions = new Map<number, (value: unknown) => void>();
  let channel: BroadcastChannel | undefined;
  let leader: Leader | undefined;
  let hasLeader = false;
  let isAlone = true;
  let dropped = 0;
  let lastFocus = 0;
  let asked = 0;
  let impatience: ReturnType<typeof setTimeout> | undefined;
  let outgoing: TabEvent[] = [];
  let savedKeys: string[] = [];

  const isVisible = (): boolean => document.visibilityState === 'visible';
  const isLookedAt = (): boolean => isVisible() && document.hasFocus();
  const focus = (): number => {
    if (!isVisible() || !host.hasHandlers() || !host.isEnabled()) return -1;
    return document.hasFocus() ? Infinity : lastFocus;
  };

  function post(body: Body): void {
    channel?.postMessage({ ...body, protocol: PROTOCOL, from: tab });
  }

  function change(role: Role): void {
    for (const listener of roleListeners) listener(role);
  }

  function lead(): void {
    if (leader) return;
    calm();
    leader = createLeader({
      ...host,
      me: tab,
      store: createStore(name),
      focus,
      isAlone: () => isAlone,
      offer: (id) => post({ type: 'offer', id }),
      show: (to, fired) => (to === tab ? host.show(fired) : post({ type: 'show', to, fired })),
      onSaved,
      onDeposed: () => {
        follow();
        leadership.resign();
        leadership.campaign();
      },
    });
    hasLeader = true;
    for (const event of unsaved.values()) accept(event);
    post({ type: 'lead' });
    change('leading');
  }

  function follow(): void {
    const old = leader;
    leader = undefined;
    old?.end();
    if (old) change('following');
  }

  function accept(event: TabEvent, payload?: Payload, raw?: RawJson): void {
    leader?.accept(event, payload, raw);
    for (const listener of eventListeners) listener(event);
  }

  function onSaved(keys: string[]): void {
    for (const key of keys) unsaved.delete(key);
    if (isAlone) return;
    if (!savedKeys.length) {
      queueMicrotask(() => {
        post({ type: 'saved', keys: savedKeys });
        savedKeys = [];
      });
    }
    savedKeys.push(...keys);
  }

  function remember(event: TabEvent): void {
    unsaved.set(event.key, event);
    if (unsaved.size <= UNSAVED_MAX || leader) return;
    unsaved.delete(unsaved.keys().next().value as string);
    dropped++;
  }

  function send(events: TabEvent[]): void {
    if (events.length) post({ type: 'events', events });
  }

  /** Somebody who leads is alive. */
  function calm(): void {
    clearTimeout(impatience);
    impatience = undefined;
  }

  function expectAnswer(): void {
    if (leader || !hasLeader || impatience || !isVisible()) return;
    impatience = setTimeout(() => {
      impatience = undefined;
      if (!leader && channel && isVisible()) leadership.seize();
    }, PATIENCE_MS);
  }

  function awake(): void {
    if (!channel) return;
    if (isLookedAt()) lastFocus = Date.now();
    leader?.wake();
    leader?.showing?.retry();
    if (leader) return;
    post({ type: 'awake', visible: isVisible() });
    if (isVisible()) expectAnswer();
  }

  function receive({ data }: MessageEvent<Message>): void {
    isAlone = false;
    const { protocol, from } = data;
    switch (data.type) {
      case 'events':
        for (const event of data.events) {
          if (leader) accept(event);
          else remember(event);
        }
        return;
      case 'saved':
        calm();
        hasLeader = true;
        for (const key of data.keys) unsaved.delete(key);
        return;
      case 'lead':
        calm();
        hasLeader = true;
        send([...unsaved.values()].filter((event) => event.tab === tab));
        if (protocol < PROTOCOL) post({ type: 'awake', visible: isVisible() });
        return;
      case 'awake': {
        if (!leader) return;
        const isBetter = protocol > PROTOCOL || (protocol === PROTOCOL && data.visible && !isLookedAt());
        post(isBetter ? { type: 'yield', to: from } : { type: 'lead' });
        return leader.showing?.retry();
      }
      case 'yield':
        if (data.to === tab) leadership.seize();
        return;
      case 'offer':
        if (focus() >= 0) post({ type: 'accept', id: data.id, focus: focus() });
        return;
      case 'accept':
        return leader?.showing?.accept(data.id, from, data.focus);
      case 'show':
        if (data.to === tab) host.show(data.fired);
        return;
      case 'deliver':
        return leader?.deliver(data.fired);
      case 'clear':
        host.onClear();
        return void forget();
      case 'ask':
        if (leader) post({ type: 'answer', to: from, id: data.id, value: host.answer(data.method, data.args) });
        return;
      case 'answer':
        if (data.to === tab) questions.get(data.id)?.(data.value);
    }
  }

  function join(): void {
    if (channel) return;
    channel = new BroadcastChannel(name);
    channel.onmessage = receive;
    leadership.campaign();
    awake();
  }

  function pause(): void {
    const wasLeader = !!leader;
    follow();
    leadership.resign();
    calm();
    channel?.close();
    channel = undefined;
    if (wasLeader) hasLeader = false;
  }

  /** What is not stored yet goes as well; a leader starts with nothing. */
  async function forget(): Promise<void> {
    const wasLeader = !!leader;
    unsaved.clear();
    outgoing = [];
    follow();
    await createStore(name).erase();
    if (wasLeader && channel) lead();
    await leader?.begun;
  }

  let isTakingPart = false;
  // A page that is put away holds neither the lead nor a channel: both would keep it from coming back as it was.
  const onFreeze = (): void => pause();
  const onHide = (event: PageTransitionEvent): void => {
    leader?.journal.compact();
    if (event.persisted) pause();
  };
  const onBack = (): void => {
    if (isTakingPart) {
      join();
      awake();
    }
  };
  const listeners: [EventTarget, string, (event: never) => void][] =
    typeof document === 'undefined'
      ? []
      : [
          [document, 'freeze', onFreeze],
          [document, 'resume', onBack],
          [document, 'visibilitychange', onBack],
          [window, 'focus', onBack],
          [window, 'pageshow', onBack],
          [window, 'pagehide', onHide],
        ];

  return {
    tab,
    get isTakingPart() {
      return isTakingPart;
    },
    get role() {
      return leader ? 'leading' : 'following';
    },
    onRoleChange: (listener) => subscribe(roleListeners, listener),
    onEvent: (listener) => subscribe(eventListeners, listener),
    get engine() {
      return leader?.engine;
    },
    get leader() {
      return leader;
    },
    get isReady() {
      return leader ? !!leader.engine : hasLeader;
    },
    get unsaved() {
      return unsaved.size;
    },
    get dropped() {
      return dropped + (leader?.dropped ?? 0);
    },
    join() {
      if (isTakingPart) return;
      isTakingPart = true;
      for (const [target, type, listener] of listeners) target.addEventListener(type, listener as EventListener);
      join();
    },
    submit(event, payload, raw) {
      remember(event);
      if (leader) return accept(event, payload, raw);
      if (!outgoing.length) {
        queueMicrotask(() => {
          send(outgoing);
          outgoing = [];
          expectAnswer();
        });
      }
      outgoing.push(event);
    },
    awake,
    deliver(fired) {
      if (leader) leader.deliver(fired);
      else post({ type: 'deliver', fired });
    },
    ask(method, ...args) {
      if (leader) return Promise.resolve(host.answer(method, args));
      const id = ++asked;
      return new Promise((resolve) => {
        const settle = (value?: unknown): void => {
          questions.delete(id);
          resolve(value);
        };
        questions.set(id, settle);
        setTimeout(settle, PATIENCE_MS);
        post({ type: 'ask', id, method, args });
      });
    },
    clear() {
      post({ type: 'clear' });
      return forget();
    },
    leave() {
      isTakingPart = false;
      for (const [target, type, listener] of listeners) target.removeEventListener(type, listener as EventListener);
      pause();
    },
  };
}
