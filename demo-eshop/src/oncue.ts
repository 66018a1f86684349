import { OnCuePlugin, clearLocalSignals, explain, getAttributes, getStats, subscribeToActivity, type Activity } from '@oncue/browser-plugin';
import { interventionNames, showBanner } from './banners/banners';
import { readExplanation, type Explained } from './explanation';
import { definitionsWith, idleMinutes } from './idle';
import { createStore } from './store';
import { nameCurrentAction, readDomainUserId, startTracker } from './tracking';

/** Every use of the plugin is in this file. */

export interface Happening {
  key: number;
  at: number;
  name: string;
  /** Time the engine took. */
  microseconds: number;
  /** Names of the interventions that fired. */
  fired: string[];
  isTick: boolean;
}

/** What the engine knows right now, for the panel. */
export interface Inside {
  state: 'idle' | 'loading' | 'ready' | 'failed';
  attributes: Record<string, Record<string, unknown>>;
  interventions: Explained[];
}

const KEPT_HAPPENINGS = 60;

export const happenings = createStore<Happening[]>([]);
export const inside = createStore<Inside>({ state: 'idle', attributes: {}, interventions: [] });

let watchers = 0;
let frame = 0;
let nextKey = 0;

export function startOnCue(): void {
  startTracker(OnCuePlugin({
    definitions: definitionsWith(idleMinutes),
    handlers: { banner: (intervention) => showBanner(intervention.name) },
  }));
  subscribeToActivity((activity) => {
    if (activity.type === 'start') return;
    happenings.set((before) => [describe(activity), ...before.slice(0, KEPT_HAPPENINGS - 1)]);
    lookSoon();
  });
}

function describe(activity: Exclude<Activity, { type: 'start' }>): Happening {
  const { at, microseconds } = activity;
  const isTick = activity.type === 'tick';
  const name = isTick ? 'time went by' : nameCurrentAction() ?? activity.eventName;
  return { key: nextKey++, at, name, microseconds, fired: activity.fired.map((intervention) => intervention.name), isTick };
}

export function forgetSignals(): void {
  void clearLocalSignals().then(lookSoon);
  happenings.set([]);
  lookSoon();
}

/** Keeps `inside` fresh until the returned function is called: after events, and once a second as time goes by. */
export function watchInside(): () => void {
  watchers += 1;
  lookSoon();
  const timer = setInterval(lookSoon, 1000);
  return () => {
    watchers -= 1;
    clearInterval(timer);
  };
}

/** Reads the engine at most once a frame, and only while somebody looks. */
function lookSoon(): void {
  if (watchers === 0 || frame !== 0) return;
  frame = requestAnimationFrame(() => {
    frame = 0;
    inside.set(look());
  });
}

function look(): Inside {
  const interventions = interventionNames.flatMap((name) => {
    const explanation = explain(name);
    return explanation ? [readExplanation(explanation)] : [];
  });
  return {
    state: getStats().state,
    attributes: getAttributes('domain_userid', readDomainUserId()) ?? {},
    interventions,
  };
}
