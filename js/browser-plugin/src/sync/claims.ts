import type { Leader } from '../tabs/leader.js';
import type { Fired } from '../tabs/protocol.js';
import type { SyncConfiguration } from '../types.js';
import type { Commands } from './commands.js';
import type { Claim, Who } from './contract.js';
import type { Session } from './person_session.js';

/** How long an intervention waits for the server's word, ms. */
const PATIENCE_MS = 300;
/** A lease with less than so much left is asked for again, ms. */
const MARGIN_MS = 5000;

export interface Claims {
  /** The gate of tabs/showing.ts. */
  decide(fired: Fired, settle: () => void, proceed: () => void): void;
  /** The server can be asked about these again. */
  retry(who: Who): void;
  /** Other devices show these. */
  learn(who: Who, claims: Claim[]): void;
  /** Nothing of this id is to be shown any more. */
  drop(who: Who): void;
}

/** What the server is still to hear is kept under an id of its own: that it waits for no tab is said of the intervention's. */
const SHOWN = ' shown';
const idOf = ({ intervention }: Fired): string => intervention.intervention_id.replace(SHOWN, '');

const isOf = ({ intervention: { claim } }: Fired, { key, id }: Who): boolean => claim?.key === key && claim.id === id;
const nameOf = ({ key, id }: Who, { name, version }: Claim): string => JSON.stringify([key, id, name, version]);

/**
 * Asks the server whether this device may show what fired for a person with several devices.
 * - `local_first`: a lease for showing, then the final word. Without an answer in time it is shown, and the server hears of
 *   it when it can; but not if others have shown it, or if it only fired because of what other devices sent.
 * - `claim_first`: the final word before showing; until then it waits.
 * @param find the session of a person, if that person is signed in here and sync goes on
 * @param isOver another leader decides
 */
export function createClaims(mode: SyncConfiguration['mode'], leader: Leader, commands: Commands, find: (who: Who) => Session | undefined, isOver: () => boolean): Claims {
  const { journal } = leader;
  /** Until when a grant holds, by intervention id; epoch ms. */
  const granted = new Map<string, number>();
  /** What was asked for here, whatever the answer: a claim that others are told of may be our own. */
  const asked = new Set<string>();
  const taken = new Set<string>();
  /** Of people who were erased while the server was asked. */
  const dropped = new WeakSet<Fired>();
  const isFinalAtOnce = mode === 'claim_first';

  /** Undefined: the server cannot be asked. */
  async function ask(fired: Fired, final: boolean): Promise<boolean | undefined> {
    const { claim, name, version } = fired.intervention;
    const intervention_id = idOf(fired);
    // The event that fired it is still on its way to whoever opens the session.
    await undefined;
    const session = claim && find(claim);
    if (!session) return undefined;
    asked.add(intervention_id);
    try {
      const sent = Date.now();
      const { key, id } = session;
      const epoch = commands.find(session)?.epoch ?? 0;
      const response = await session.server.call('/claim', { key, id, epoch, name, version, intervention_id, final });
      if (!response.ok) return undefined;
      const { granted: isGranted, lease } = await response.json();
      if (isGranted) granted.set(intervention_id, final || lease == null ? Infinity : sent + lease);
      return isGranted;
    } catch {
      return undefined;
    }
  }

  function forget(fired: Fired): void {
    const { intervention_id } = fired.intervention;
    leader.showing?.waiting.delete(intervention_id);
    journal.addDone(intervention_id);
  }

  const isStillWaiting = (fired: Fired): boolean => !isOver() && leader.showing?.waiting.get(fired.intervention.intervention_id) === fired;

  /** Tells the server that it was shown: until the server has heard it, that is kept on disk. */
  function confirm(fired: Fired): void {
    const intervention_id = idOf(fired) + SHOWN;
    const shown: Fired = { ...fired, intervention: { ...fired.intervention, intervention_id }, isPosted: true, isHeld: true, isShown: true };
    leader.showing?.waiting.set(intervention_id, shown);
    // The server is not to hear of it before it is sure to be shown.
    journal.whenDurable(() => {
      if (isStillWaiting(shown)) journal.addFired(shown);
      void tell(shown);
    });
  }

  async function tell(shown: Fired): Promise<void> {
    if ((await ask(shown, true)) !== undefined && isStillWaiting(shown)) forget(shown);
  }

  function show(fired: Fired, settle: () => void): void {
    settle();
    if (!isFinalAtOnce) confirm(fired);
  }

  /** Kept until the server can be asked, without keeping others from being shown. */
  function hold(fired: Fired, answer: Promise<boolean | undefined>): void {
    fired.isHeld = true;
    void answer.then((isGranted) => {
      if (isGranted === undefined || !isStillWaiting(fired)) return;
      if (!isGranted) return forget(fired);
      fired.isHeld = false;
      leader.showing?.retry();
    });
  }

  async function decide(fired: Fired, settle: () => void, proceed: () => void): Promise<void> {
    const { claim, intervention_id } = fired.intervention;
    if (!claim || fired.anonymous || (granted.get(intervention_id) ?? 0) > Date.now() + MARGIN_MS) return show(fired, settle);
    const answer = ask(fired, isFinalAtOnce);
    const patience = new Promise<undefined>((resolve) => setTimeout(resolve, PATIENCE_MS));
    let isGranted = await Promise.race([answer, patience]);
    if (isOver()) return;
    if (dropped.has(fired)) return proceed();
    const isShownAnyway = mode === 'local_first' && !claim.required;
    if (isGranted === undefined && isShownAnyway) isGranted = asked.has(intervention_id) || !taken.has(nameOf(claim, fired.intervention));
    if (isGranted) return show(fired, settle);
    if (isGranted === undefined) hold(fired, answer);
    else forget(fired);
    proceed();
  }

  return {
    decide(fired, settle, proceed) {
      if (!fired.intervention.claim || fired.anonymous) settle();
      else void decide(fired, settle, proceed);
    },
    retry(who) {
      for (const fired of leader.showing?.waiting.values() ?? []) {
        if (!fired.isHeld || !isOf(fired, who)) continue;
        if (fired.isShown) void tell(fired);
        else fired.isHeld = false;
      }
      leader.showing?.retry();
    },
    learn(who, claims) {
      for (const claim of claims) taken.add(nameOf(who, claim));
    },
    drop(who) {
      const of = JSON.stringify([who.key, who.id]).slice(0, -1) + ',';
      for (const name of [...taken]) if (name.startsWith(of)) taken.delete(name);
      for (const fired of [...(leader.showing?.waiting.values() ?? [])]) {
        if (!isOf(fired, who)) continue;
        dropped.add(fired);
        forget(fired);
      }
    },
  };
}
