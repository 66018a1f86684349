// Compiled, never run: a page written for Signals' plugin, with its types and with ours of the same names.
import type * as Signals from '@snowplow/signals-browser-plugin';
import type * as OnCue from '@oncue/browser-plugin';
import { addInterventionHandlers, OnCuePlugin, removeInterventionHandlers, subscribeToInterventions, type PayloadValue } from '@oncue/browser-plugin';

// What it calls.
declare const handler: Signals.Handler;
declare const fetcher: Signals.FetcherFactory;
declare const server: Signals.SignalsInterventionConfiguration;
declare const ids: Signals.OneOrMore<Signals.HandlerId>;
declare const trackers: Signals.TrackerId[];
declare const options: Signals.SignalsHandlerConfiguration;
addInterventionHandlers({ handler }, trackers);
addInterventionHandlers({ typed: async (intervention: Signals.Intervention) => intervention.attributes });
removeInterventionHandlers(ids, trackers);
subscribeToInterventions(server, trackers);
OnCuePlugin({ fetcher, handlers: { handler } });
OnCuePlugin(options);

// What it reads.
addInterventionHandlers({
  reads(intervention) {
    const value: string | number | boolean | (string | number | boolean)[] = intervention.attributes['x']!;
    return value;
  },
});

// Types of ours where Signals' are wanted: in parts of the page that keep importing those.
declare const ours: { handler: OnCue.Handler; intervention: OnCue.Intervention; fetcher: OnCue.FetcherFactory; settings: OnCue.MeasurementSettings };
export const theirs: { handler: Signals.Handler; intervention: Signals.Intervention; fetcher: Signals.FetcherFactory; settings: Signals.MeasurementSettings } = ours;
export const configuration: OnCue.SignalsHandlerConfiguration = options;
export const measuresDelivery = configuration.measurement?.delivery;

// What ours say more: an object, and who is told.
addInterventionHandlers({
  counts: ({ attributes }: OnCue.Intervention<PayloadValue>) => Object.keys(attributes['shop:counts'] ?? {}),
  anonymous: ({ at, event_id }, tracker, isAnonymous?: boolean) => [at?.toFixed(), event_id, tracker.id, isAnonymous],
});
declare const counted: OnCue.Intervention<Record<string, number>>;
export const most: number | undefined = counted.attributes['shop:counts']?.tea;
// @ts-expect-error handlers take interventions
addInterventionHandlers({ wrong: (name: string) => name });
// @ts-expect-error no payload has such a value
export type Wrong = OnCue.Intervention<Date>;
