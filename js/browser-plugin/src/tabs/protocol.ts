import type { Intervention } from '../types.js';

/** Version of the messages between tabs. Of two versions the newer one leads and understands the older one's messages. 2: there can be notes (storage/notes.ts). */
export const PROTOCOL = 2;

/** An event on its way to the engine. */
export interface TabEvent {
  /** Its event id: the engine counts it once, however often it is sent. */
  key: string;
  tab: string;
  /** Id of the tracker it came from. */
  tracker: string;
  /** Epoch milliseconds at which it happened. */
  at: number;
  /** The payload as JSON. */
  text: string;
  /** Without `duid`: never stored. */
  anonymous?: boolean;
  /** No event: `text` is an intervention that a server sent, or a command of sync. The engine's method that takes it. */
  door?: 'receive' | 'sync';
}

/** An intervention on its way to a handler. */
export interface Fired {
  intervention: Intervention;
  /** Id of the tracker whose event fired it; in other tabs its first tracker stands in. */
  tracker?: string;
  /** Never stored. */
  anonymous?: boolean;
  /** It waits for a server, and not for a tab. */
  isHeld?: boolean;
  /** It was shown; the server is still to hear of it. */
  isShown?: boolean;
  /** No tab was visible: the handlers that need none have had it. */
  isPosted?: boolean;
}

export type Body =
  /** To the leader; the others keep them as well, in case the sender dies before the leader has stored them. */
  | { type: 'events'; events: TabEvent[] }
  /** From the leader: these are stored. */
  | { type: 'saved'; keys: string[] }
  /** From the leader: I lead, send again what is not stored. Also when it is hidden: a visible tab that hears it asks by `awake`. */
  | { type: 'lead' }
  /** I can show interventions, and if I am visible I should lead. */
  | { type: 'awake' }
  /** From the leader: take over. */
  | { type: 'yield'; to: string }
  /** From the leader: who can show this? */
  | { type: 'offer'; id: string }
  | { type: 'accept'; id: string; focus: number }
  | { type: 'show'; to: string; fired: Fired }
  /** To the leader: have this shown. */
  | { type: 'deliver'; fired: Fired }
  /** Forget everything. */
  | { type: 'clear' }
  | { type: 'ask'; id: number; method: string; args: unknown[] }
  | { type: 'answer'; to: string; id: number; value: unknown };

/** `visible`: whether the tab is that says it. Older versions say so in `awake` alone. */
export type Message = Body & { protocol: number; from: string; visible?: boolean };
