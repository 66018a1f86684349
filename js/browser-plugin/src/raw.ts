import type { Payload, PayloadBuilder } from '@snowplow/browser-tracker';

/** The JSON objects of an event before they become text, as `PayloadBuilder.getJson()` holds them. */
export type RawJson = ReturnType<PayloadBuilder['getJson']>;

/** The builder of the event that was made text last: its afterTrack follows at once. */
let latest: PayloadBuilder | undefined;

/** Whether the builder has already turned JSON objects into text. */
const isBuilt = (payload: Payload): boolean => !!(payload.co || payload.cx || payload.ue_pr || payload.ue_px);

/**
 * Called in beforeTrack. Between an early build() (plugins may call it; the tracker itself does so for the first event of a
 * session, before it adds the session entity) and the last one, entities that are added get into the text only (the builder
 * merges them into the parsed text, not into the objects): such an event goes through the text door.
 */
export function rememberBuilder(builder: PayloadBuilder): void {
  const payload = builder.getPayload();
  const { build } = builder;
  let isWhole = !isBuilt(payload);
  builder.build = () => {
    const { co, cx } = payload;
    const isAgain = isBuilt(payload);
    build.call(builder);
    isWhole &&= !isAgain || (payload.co === co && payload.cx === cx);
    latest = isWhole ? builder : undefined;
    return payload;
  };
}

/**
 * The raw objects of a payload that was just built; undefined where entities were added to its text alone. There can be two
 * lists of one kind, or none where the payload has a text: whoever wants that one reads the text.
 */
export const takeRaw = (payload: Payload): RawJson | undefined => (latest?.getPayload() === payload ? latest.getJson() : undefined);
