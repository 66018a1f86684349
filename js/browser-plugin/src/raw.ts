import type { Payload, PayloadBuilder } from '@snowplow/browser-tracker';

/** The JSON objects of an event before they become text, as `PayloadBuilder.getJson()` holds them. */
export type RawJson = ReturnType<PayloadBuilder['getJson']>;

/** Events between their beforeTrack and afterTrack: one that is tracked meanwhile, one of another tracker. */
const REMEMBERED_MAX = 8;

// By the payload object, which the builder creates once and afterTrack receives: nested and concurrent events of any number
// of trackers cannot be mixed up. A WeakMap would have every payload get an identity, which costs more than all of this.
let builders: PayloadBuilder[] = [];

/** Whether the builder has already turned JSON objects into text. */
const isBuilt = (payload: Payload): boolean => !!(payload.co || payload.cx || payload.ue_pr || payload.ue_px);

/**
 * Called in beforeTrack. From an early build() on (plugins may call it; the tracker itself does so for the first event
 * of a session, before it adds the session entity), entities added later exist only in the text (the builder merges them
 * into the parsed text, not into the objects), so such an event is forgotten and goes through the text door.
 */
export function rememberBuilder(builder: PayloadBuilder): void {
  const payload = builder.getPayload();
  if (isBuilt(payload)) return;
  builders = [builder, ...builders.slice(0, REMEMBERED_MAX - 1)];
  const { addJson, addContextEntity } = builder;
  const forgetIfBuilt = (): void => {
    if (isBuilt(payload)) builders = builders.filter((one) => one !== builder);
  };
  builder.addJson = (keyIfEncoded, keyIfNotEncoded, json) => {
    forgetIfBuilt();
    addJson(keyIfEncoded, keyIfNotEncoded, json);
  };
  builder.addContextEntity = (entity) => {
    forgetIfBuilt();
    addContextEntity(entity);
  };
}

/** The raw objects of a finished payload, or undefined where they could say anything else than its text. */
export function takeRaw(payload: Payload): RawJson | undefined {
  const raw = builders.find((one) => one.getPayload() === payload)?.getJson();
  if (!raw) return undefined;
  let events = 0;
  let contexts = 0;
  for (const { keyIfEncoded } of raw) {
    if (keyIfEncoded === 'cx') contexts++;
    else events++;
  }
  // Entities that found no context list to join (web_page switched off, say) are not in getJson() at all.
  const hasLostEntities = !contexts && (payload.co || payload.cx);
  return events > 1 || contexts > 1 || hasLostEntities ? undefined : raw;
}
