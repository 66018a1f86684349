import type { Payload } from '@snowplow/browser-tracker';
import { readNote, readNotes } from '../storage/notes.js';
import { createLockLeadership, loadLeadership } from './leadership.js';
import type { RawJson } from '../raw.js';
import { createStore } from '../storage/store.js';
import { createLeader, type Leader } from './leader.js';
import type { OwnProfile, ProfileHost, Role } from './profile_types.js';
import { PROTOCOL, type Body, type Fired, type Message, type TabEvent } from './protocol.js';

/** Events kept until the leader has stored them: own ones, and those of all other tabs. */
const UNSAVED_MAX = 1000;
const HEARD_MAX = 10_000;
/** A leader that has not answered a tab in front of the visitor for so long is frozen, ms. */
const PATIENCE_MS = 3000;

function subscribe<T>(listeners: Set<(value: T) => void>, listener: (value: T) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function createProfile(host: ProfileHost): OwnProfile {
  const { name, log } = host;
  const tab = Math.random().toString(36).slice(2);
  const hasLocks = typeof navigator !== 'undefined' && !!navigator.locks;
  const leadership = hasLocks
    ? createLockLeadership(name, win, lose)
    : loadLeadership(() => import('../without_locks.js').then((it) => it.createLeaseLeadership(name, win, lose, host.onFailed)), host.onFailed);
  const unsaved = new Map<string, TabEvent>();
  /** Of other tabs: if the sender and the leader die, these are all there is. */
  const heard = new Map<string, TabEvent>();
  /** Known to be stored: the leader's word can be faster than the sender's, and a tab that did not hear it sends them again. */
  const settled = new Set<string>();
  const roleListeners = new Set<(role: Role) => void>();
  const eventListeners = new Set<(event: TabEvent) => void>();
  const questions = new Map<number, (value: unknown) => void>();
  let channel: BroadcastChannel | undefined;
  let leader: Leader | undefined;
  let hasLeader = false;
  let isWinning = false;
  let isAlone = true;
  /** Should that one lead next, it would not know of notes. */
  let isBesideOlder = false;
  let dropped = 0;
  /** How often everything was forgotten. */
  let forgotten = 0;
  let lastFocus = 0;
  let asked = 0;
  let impatience: ReturnType<typeof setTimeout> | undefined;
  let orphans: ReturnType<typeof setTimeout> | undefined;
  let outgoing: TabEvent[] = [];
  let savedKeys: string[] = [];

  const isVisible = (): boolean => document.visibilityState === 'visible';
  const isLookedAt = (): boolean => isVisible() && document.hasFocus();
  const canShow = (): boolean => isVisible() && host.hasHandlers() && host.isEnabled();
  /** The only tab need not ask the browser. */
  const focus = (): number => (!canShow() ? -1 : isAlone || document.hasFocus() ? Infinity : lastFocus);

  function post(body: Body): void {
    channel?.postMessage({ ...body, protocol: PROTOCOL, from: tab, visible: isVisible() });
  }

  function change(role: Role): void {
    for (const listener of roleListeners) listener(role);
  }

  function deliver(fired: Fired): void {
    if (leader) leader.deliver(fired);
    else post({ type: 'deliver', fired });
  }

  /** The visitor may have gone to another tab meanwhile: then that one shows it. */
  function show(fired: Fired): void {
    if (canShow()) host.show(fired);
    else {
      deliver(fired);
      // What is noted says that it was shown.
      leader?.journal.compact();
    }
  }

  /** Messages of all tabs take one way: when an own one comes back, what was said before it has been heard. */
  function whenAllIsHeard(action: () => void): void {
    const other = new BroadcastChannel(name);
    const id = ++asked;
    questions.set(id, () => {
      questions.delete(id);
      action();
    });
    other.postMessage({ from: tab, id });
    other.close();
  }

  /** Not before it has heard what the last leader stored: the engine knows a few thousand events again, and a tab may lag. */
  function win(): void {
    isWinning = true;
    whenAllIsHeard(() => {
      if (isWinning) lead();
    });
  }

  function lead(): void {
    if (leader) return;
    calm();
    const since = forgotten;
    const mine: Leader = createLeader({
      ...host,
      me: tab,
      store: createStore(name, () => !isBesideOlder),
      focus,
      isAlone: () => isAlone,
      offer: (id) => post({ type: 'offer', id }),
      // A reign that is over shows what it has written down, but nothing that was to be forgotten.
      show: (to, fired) => since === forgotten && (to === tab ? show(fired) : post({ type: 'show', to, fired })),
      runBackground: (fired) => since === forgotten && host.runBackground(fired),
      onSaved,
      onDeposed: () => {
        if (leader !== mine) return;
        lose();
        leadership.resign();
        leadership.campaign();
      },
    });
    leader = mine;
    for (const event of [...heard.values(), ...unsaved.values()]) acceptKnown(event);
    post({ type: 'lead' });
    change('leading');
  }

  /** The one that leads now may have read what is stored before the latest notes came to its process. Those it took over or erased are gone. */
  function lose(): void {
    for (const { event } of readNotes(name) as { event?: TabEvent }[]) if (event?.key) unsaved.set(event.key, event);
    follow();
  }

  function follow(): void {
    const old = leader;
    isWinning = false;
    leader = undefined;
    if (!old) return;
    old.end();
    // The new leader may have asked before this tab knew of it, and what was not stored yet may come from a tab that is dead.
    send([...heard.values(), ...unsaved.values()]);
    change('following');
  }

  /** Returns whether it is saved already, or forgotten with everything else. */
  function accept(event: TabEvent, payload?: Payload, raw?: RawJson): boolean {
    const by = leader;
    const isSaved = by?.accept(event, payload, raw);
    if (by && leader === by) for (const listener of eventListeners) listener(event);
    return isSaved || leader !== by;
  }

  /** One that others know of. */
  function acceptKnown(event: TabEvent): void {
    if (accept(event)) onSaved([event.key]);
  }

  function onSaved(keys: string[]): void {
    drop(keys);
    if (isAlone) return;
    if (!savedKeys.length) {
      queueMicrotask(() => {
        post({ type: 'saved', keys: savedKeys });
        savedKeys = [];
      });
    }
    savedKeys.push(...keys);
  }

  /** Returns whether the oldest one had to go. */
  function remember(events: Map<string, TabEvent>, event: TabEvent, max: number): boolean {
    events.set(event.key, event);
    return events.size > max && events.delete(events.keys().next().value as string);
  }

  function drop(keys: string[]): void {
    for (const key of keys) {
      unsaved.delete(key);
      heard.delete(key);
      settled.add(key);
      if (settled.size > HEARD_MAX) settled.delete(settled.values().next().value as string);
    }
  }

  function send(events: TabEvent[]): void {
    if (events.length) post({ type: 'events', events });
  }

  /** Somebody who leads is alive. */
  function calm(): void {
    hasLeader = true;
    clearTimeout(impatience);
    impatience = undefined;
  }

  function expectAnswer(): void {
    if (leader || impatience || !isVisible()) return;
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
    post({ type: 'awake' });
    expectAnswer();
  }

  /** What the engine knows once it is there. */
  async function answer(method: string, args: unknown[]): Promise<unknown> {
    await leader?.begun;
    return host.answer(method, args);
  }

  function receive({ data }: MessageEvent<Message>): void {
    const { protocol, from } = data;
    if (from === tab) return questions.get((data as { id: number }).id)?.(undefined);
    isAlone = false;
    if (protocol < PROTOCOL) isBesideOlder = true;
    switch (data.type) {
      case 'events':
        for (const event of data.events) {
          if (settled.has(event.key)) {
            if (leader) onSaved([event.key]);
          } else if (!heard.has(event.key)) {
            remember(heard, event, HEARD_MAX);
            acceptKnown(event);
          }
        }
        return;
      case 'saved':
        calm();
        drop(data.keys);
        return;
      case 'lead':
        calm();
        send([...unsaved.values()]);
        // What is left then is of tabs that died before this leader could hear of it.
        orphans ??= setTimeout(() => {
          orphans = undefined;
          whenAllIsHeard(() => send([...heard.values()]));
        }, PATIENCE_MS);
        if (protocol < PROTOCOL || (protocol === PROTOCOL && data.visible === false && isVisible())) post({ type: 'awake' });
        return;
      case 'awake': {
        if (!leader) return;
        leader.journal.settleNotes();
        const isBetter = protocol > PROTOCOL || (protocol === PROTOCOL && data.visible && !isLookedAt());
        post(isBetter ? { type: 'yield', to: from } : { type: 'lead' });
        return leader.showing?.retry();
      }
      case 'yield':
        if (data.to === tab) leadership.seize();
        return;
      case 'offer':
        // After what this tab was told to show before.
        setTimeout(() => {
          if (focus() >= 0) post({ type: 'accept', id: data.id, focus: focus() });
        });
        return;
      case 'accept':
        return leader?.showing?.accept(data.id, from, data.focus);
      case 'show':
        if (data.to === tab) show(data.fired);
        return;
      case 'deliver':
        return leader?.deliver(data.fired);
      case 'clear':
        host.onClear();
        return void forget(leader || isWinning);
      case 'ask':
        // An error goes as one: it is whoever asked who hears of it.
        if (leader) answer(data.method, data.args).catch(({ message }) => Error(message)).then((value) => post({ type: 'answer', to: from, id: data.id, value }));
        return;
      case 'answer':
        calm();
        if (data.to === tab) questions.get(data.id)?.(data.value);
    }
  }

  function join(): void {
    if (!channel) {
      channel = new BroadcastChannel(name);
      channel.onmessage = receive;
      leadership.campaign();
    }
    awake();
  }

  function pause(): void {
    if (leader) hasLeader = false;
    follow();
    leadership.resign();
    channel?.close();
    channel = undefined;
  }

  /**
   * What is not stored yet goes as well; a leader starts with nothing.
   * @param erases not for who only follows, and may hear late of it: what is stored then came after it
   */
  async function forget(erases: Leader | boolean): Promise<void> {
    forgotten++;
    unsaved.clear();
    heard.clear();
    outgoing = [];
    const erased = erases && createStore(name).erase().catch((error) => log.warn(`OnCue: the database cannot be deleted: ${error}`));
    // The browser opens no database before it has deleted it.
    if (leader) {
      follow();
      lead();
    }
    await erased;
    await leader?.begun;
  }

  let isTakingPart = false;
  // A page that is put away holds neither the lead nor a channel: both would keep it from coming back as it was.
  const onHide = (event: PageTransitionEvent): void => {
    if (event.persisted) pause();
    else if (!hasLocks) leadership.resign();
  };
  const onBack = (): void => {
    // Not when it is hidden: the last thing a page hears before it is put away.
    if (isVisible()) {
      join();
      host.onBack();
    } else if (leader) {
      leader.journal.settleNotes();
      // A tab that came to the front first was told that this one is there.
      post({ type: 'lead' });
    }
  };
  /** Of a tab that does not know yet that this one leads, or late from another process, that of a tab that died. */
  const onStorage = ({ key, newValue }: StorageEvent): void => {
    const event = readNote(name, key, newValue)?.event as TabEvent | undefined;
    if (event?.key) acceptKnown(event);
  };
  const listeners: [EventTarget, string, (event: never) => void][] =
    typeof document === 'undefined'
      ? []
      : [
          [document, 'freeze', pause],
          [document, 'resume', join],
          [document, 'visibilitychange', onBack],
          [window, 'focus', onBack],
          [window, 'pageshow', onBack],
          [window, 'pagehide', onHide],
          [window, 'storage', onStorage],
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
      if (accept(event, payload, raw)) return;
      if (remember(unsaved, event, UNSAVED_MAX) && !leader) dropped++;
      // A leader's own events too: with its tab die the transactions that are under way.
      if (leader && isAlone) return;
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
    deliver,
    async ask(method, ...args) {
      if (leader) return answer(method, args);
      if (!channel) return undefined;
      const id = ++asked;
      return new Promise((resolve) => {
        const settle = (value?: unknown): void => {
          questions.delete(id);
          resolve(value instanceof Error ? Promise.reject(value) : value);
        };
        questions.set(id, settle);
        setTimeout(settle, PATIENCE_MS);
        post({ type: 'ask', id, method, args });
        expectAnswer();
      });
    },
    clear() {
      post({ type: 'clear' });
      return forget(true);
    },
    leave() {
      isTakingPart = false;
      for (const [target, type, listener] of listeners) target.removeEventListener(type, listener as EventListener);
      pause();
    },
  };
}
