// Tabs of one browser in Node: real profiles over locks, channels and a database that do what a browser's do.
import { createDatabases } from './fake_database.mjs';
import { importInto } from './source.mjs';

const NAME = 'shop';

/** One lock, for all tabs. */
function createLocks() {
  let held;
  const line = [];

  function grant() {
    if (held || !line.length) return;
    const one = (held = line.shift());
    setImmediate(async () => {
      await one.callback();
      one.resolve();
      if (held !== one) return;
      held = undefined;
      grant();
    });
  }

  function request(name, { steal, signal }, callback) {
    return new Promise((resolve, reject) => {
      const one = { callback, resolve, reject: () => reject(new DOMException('gone', 'AbortError')) };
      signal?.addEventListener('abort', () => {
        if (line.includes(one)) line.splice(line.indexOf(one), 1);
        one.reject();
      });
      if (steal) {
        held?.reject();
        held = undefined;
        line.unshift(one);
      } else line.push(one);
      grant();
    });
  }
  /** As a tab that is none of those here. */
  const hold = () => request('', {}, () => new Promise(() => {}));
  return { request, hold };
}

/** @returns what makes the class of one tab; as long as `lag` says so, that tab hears nothing, and later all of it */
function createChannels() {
  const open = new Set();
  return (lag) =>
    class {
      unheard = [];
      constructor(name) {
        this.name = name;
        open.add(this);
      }
      postMessage(message) {
        const data = structuredClone(message);
        for (const one of open) if (one !== this && one.name === this.name) setImmediate(() => one.hear(data));
      }
      hear(...messages) {
        this.unheard.push(...messages);
        while (!lag.isBusy && open.has(this) && this.unheard.length) this.onmessage?.({ data: this.unheard.shift() });
        if (lag.isBusy) lag.resume = () => this.hear();
      }
      close() {
        open.delete(this);
      }
    };
}

/** Where a snapshot says its version stands none. */
const PREFIX = 8;

/** An engine that counts each event once, and fires a banner at every one whose text names it. */
function createEngine(known, onFired) {
  known.clear();
  const track = ({ name, eid }) => {
    const isNew = !known.has(eid);
    known.add(eid);
    if (isNew && name) onFired();
    return isNew && name ? [{ name, version: 1, intervention_id: eid }] : [];
  };
  return {
    track: (payload) => track(typeof payload === 'string' ? JSON.parse(payload) : payload),
    snapshot: () => new Uint8Array([...new Uint8Array(PREFIX), ...new TextEncoder().encode([...known].join())]),
    restore: (bytes) => new TextDecoder().decode(bytes.slice(PREFIX)).split(',').forEach((eid) => eid && known.add(eid)),
    nextWake: () => Infinity,
    rejection: () => '',
    tick: () => [],
    load() {},
    dispose() {},
    warnings: [],
  };
}

/** Time passes as the test says. */
export async function startBrowser(t) {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_700_000_000_000 });
  const locks = createLocks();
  const storage = createDatabases();
  const localStorage = Object.defineProperties({}, {
    getItem: { value: (key) => localStorage[key] ?? null },
    setItem: { value: (key, text) => (localStorage[key] = text) },
    removeItem: { value: (key) => delete localStorage[key] },
  });
  const channelsOf = createChannels();
  const shown = [];
  let events = 0;

  /** Whatever browser and tabs have to say to each other now is said. */
  async function settle() {
    for (let n = 0; n < 60; n++) {
      await new Promise((resolve) => setImmediate(resolve));
      t.mock.timers.tick(0);
    }
  }
  async function pass(ms) {
    for (let left = ms; left > 0; left -= 100) {
      t.mock.timers.tick(Math.min(left, 100));
      await settle();
    }
  }

  /**
   * @param loadsFor how long definitions take, ms
   * @param hasBackground whether it has handlers that show nothing
   * @param onFired called when something has fired, in the task that fired it
   */
  async function open(id, { isVisible = true, isFocused = true, hasBackground = false, loadsFor = 0, onFired = () => {} } = {}) {
    const window = new EventTarget();
    const document = Object.assign(new EventTarget(), { visibilityState: isVisible ? 'visible' : 'hidden', hasFocus: () => isFocused });
    const lag = {};
    // Node's mock of it does not know that no time is 0.
    const setTimeout = (action, ms = 0) => globalThis.setTimeout(action, ms);
    const page = { window, document, localStorage, BroadcastChannel: channelsOf(lag), indexedDB: storage, navigator: { locks }, setTimeout };
    const { createProfile } = await importInto(page, 'tabs/profile');
    const errors = [];
    const warned = [];
    const roles = [];
    const known = new Set();
    const profile = createProfile({
      name: NAME,
      log: { info() {}, warn: (text) => warned.push(text), error: (...words) => errors.push(words.join(' ')) },
      get loaded() {
        return new Promise((resolve) => setTimeout(() => resolve('[]'), loadsFor));
      },
      makeEngine: () => createEngine(known, onFired),
      prepare: async () => {},
      isSyncing: false,
      isBeyond: () => false,
      extend: async () => {},
      attach: () => undefined,
      isEnabled: () => true,
      hasHandlers: (areBackground) => !areBackground || hasBackground,
      runBackground: ({ intervention }) => shown.push(`${id} posts ${intervention.name}`),
      onFailed(error) {
        errors.push(String(error));
        profile.leave();
      },
      show: ({ intervention }) => shown.push(`${id} shows ${intervention.name}`),
      onClear() {},
      onBack() {},
      answer: () => known.size,
    });
    profile.onRoleChange((role) => roles.push(role));
    const event = (name) => {
      const eid = `00000000-0000-4000-8000-${String(++events).padStart(12, '0')}`;
      return { key: eid, tab: profile.tab, tracker: 'sp', at: Date.now(), text: JSON.stringify({ eid, name }) };
    };
    return {
      profile,
      errors,
      warned,
      roles,
      /** Events that its engine has. */
      count: () => known.size,
      /** @param name of what it fires */
      track: (name) => profile.submit(event(name)),
      look(isNowVisible, isNowFocused = isNowVisible) {
        isFocused = isNowFocused;
        document.visibilityState = isNowVisible ? 'visible' : 'hidden';
        document.dispatchEvent(new Event('visibilitychange'));
        if (isFocused) window.dispatchEvent(new Event('focus'));
      },
      async join() {
        profile.join();
        await settle();
      },
      /** Hears nothing until `resume`. */
      hang: () => (lag.isBusy = true),
      async resume() {
        lag.isBusy = false;
        lag.resume?.();
        await settle();
      },
    };
  }

  return { locks, BroadcastChannel: channelsOf({}), localStorage, storage, name: NAME, shown, settle, pass, open };
}
