import type { RawJson } from '../raw.js';
import type { Activity } from '../types.js';
import { nameEvent } from './event_name.js';
import { lookInto, type Look } from './look.js';
import type { Capture, InspectorSource } from './source.js';

/** One thing that happened to the engine, and what it takes to make it happen again. */
export interface Step {
  /** Counts from 1. */
  number: number;
  type: 'event' | 'tick' | 'receive';
  name: string;
  /** Epoch ms. */
  at: number;
  /** Undefined where nobody measured. */
  microseconds?: number;
  /** What the engine was handed an event as. */
  door?: string;
  rejection?: string;
  /** Names of the interventions that fired. */
  fired: string[];
  /** The event as text. */
  payload?: string;
  /** The intervention that a server sent, as text. */
  received?: string;
}

/** Steps in a row, and the engine's state before the first of them. */
export interface Segment {
  before: Capture;
  steps: Step[];
}

export interface Recorder {
  /** All steps that are kept, oldest first: at least the last 200 events. */
  steps(): Step[];
  segments(): readonly Segment[];
  /** What the engine knew right after a step: its inputs run again in another engine. Undefined when no longer kept. */
  travel(step: Step, filter: string): Promise<Look | undefined>;
  stop(): void;
}

/** Events that can at least be travelled back through. */
const EVENTS_KEPT = 200;

/** The text that the engine saw: the payload, its JSON fields replaced by the objects where it was given those. */
function writePayload(payload: Record<string, unknown>, raw?: RawJson): string {
  const copy = { ...payload };
  for (const { keyIfEncoded, keyIfNotEncoded, json } of raw ?? []) {
    delete copy[keyIfEncoded];
    copy[keyIfNotEncoded] = JSON.stringify(json);
  }
  return JSON.stringify(copy);
}

/** @param nameStep may give an event a better name than its `event_name`, while it happens */
export function record(source: InspectorSource, onChange: () => void, nameStep: (activity: Activity) => string | undefined): Recorder {
  let segments: Segment[] = [];
  let isAsked = false;
  let number = 0;
  /** Epoch ms: when the engine came to this tab. */
  let startedAt = 0;

  /** Asks for the state from which the next steps can be run again. A source that is not ready answers after `start`. */
  function ask(): void {
    if (isAsked) return;
    isAsked = true;
    source.capture((before) => {
      isAsked = false;
      segments.push({ before, steps: [] });
      while (segments.length > 1 && countEvents(segments.slice(1)) >= EVENTS_KEPT) segments.shift();
      onChange();
    });
  }

  /** The tab that led before says again what may have been lost on the way; the engine knows it, and nothing happens. */
  const isRepeated = (activity: Activity): boolean => activity.type === 'event' && activity.rejection === 'duplicate' && activity.at < startedAt;

  function keep(activity: Activity): void {
    if (isRepeated(activity)) return;
    if (activity.type === 'start') {
      startedAt = Date.now();
      segments = [];
      isAsked = false;
      ask();
    } else {
      const segment = segments[segments.length - 1];
      segment?.steps.push(toStep(activity));
      if (!segment || countEvents([segment]) >= EVENTS_KEPT) ask();
    }
    onChange();
  }

  function toStep(activity: Exclude<Activity, { type: 'start' }>): Step {
    const step = { number: ++number, fired: activity.fired.map(({ name }) => name) };
    if (activity.type === 'receive') {
      const { type, intervention, rejection } = activity;
      const received = JSON.stringify(intervention);
      return { ...step, type, at: Date.now(), name: `received ${intervention.name}`, rejection: rejection || undefined, received };
    }
    const { type, at, microseconds } = activity;
    if (type === 'tick') return { ...step, type, at, name: 'time went by', microseconds };
    const { door, rejection, payload, raw } = activity;
    const text = writePayload(payload as Record<string, unknown>, raw);
    return { ...step, type, at, name: nameStep(activity) ?? nameEvent(payload, raw), microseconds, door, rejection, payload: text };
  }

  const stop = source.subscribe(keep);
  ask();
  return {
    steps: () => segments.flatMap(({ steps }) => steps),
    segments: () => segments,
    stop,
    async travel(step, filter) {
      const segment = segments.find(({ steps }) => steps.includes(step));
      if (!segment) return undefined;
      const engine = await source.spare();
      try {
        engine.restore(segment.before.state);
        for (const one of segment.steps.slice(0, segment.steps.indexOf(step) + 1)) {
          if (one.payload) engine.track(one.payload, { now: one.at });
          else if (one.received) engine.receive(one.received, { now: one.at });
          else engine.tick(one.at);
        }
        return lookInto(engine, Math.max(step.at, engine.now()), filter);
      } finally {
        engine.dispose();
      }
    },
  };
}

function countEvents(segments: readonly Segment[]): number {
  return segments.reduce((sum, { steps }) => sum + steps.filter(({ type }) => type === 'event').length, 0);
}
