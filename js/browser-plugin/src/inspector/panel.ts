import type { PluginStats } from '../types.js';
import { h, render, type Child, type Item } from './dom.js';
import { eventList } from './events.js';
import type { Export } from './export.js';
import { showTime } from './format.js';
import type { Look } from './look.js';
import type { Step } from './recorder.js';
import { ruleCard } from './rules.js';
import { sessionView } from './session.js';
import type { Whereabouts } from './source.js';
import { groupTable } from './values.js';

/** All that the panel shows. */
export interface View {
  stats: PluginStats;
  whereabouts: Whereabouts;
  /** Undefined until the engine is ready. */
  look: Look | undefined;
  /** Why there is no look, although there is an engine. */
  trouble: string | undefined;
  steps: readonly Step[];
  /** The step whose moment is shown; undefined for the present. */
  chosen: Step | undefined;
  filter: string;
  isFolded: boolean;
  /** Stands in an element of the page, which decides about its place. */
  isDocked: boolean;
  exported: Export | undefined;
}

/** What the reader can do. */
export interface Actions {
  choose(step: Step | undefined): void;
  filter(text: string): void;
  fold(isFolded: boolean): void;
  close(): void;
}

export const TITLE = 'OnCue inspector';

const PLACES: Record<Exclude<Whereabouts, 'here'>, string> = {
  elsewhere: 'Another tab of this browser has the engine: values come from there, and its inspector lists the events.',
  refused: 'No event of this page is taken in: the option enabled says no.',
  unbegun: 'The engine begins with the next event: until now the option enabled said no.',
};
const STATES: Record<PluginStats['state'], string> = {
  idle: 'No tracker uses OnCue yet.',
  loading: 'The engine is loading …',
  ready: 'Every decision is made in this page. Nothing is asked of a server.',
  failed: 'The engine could not load. The page goes on without it.',
};

function status({ stats, trouble, whereabouts }: View): string {
  const failure = stats.failure ?? trouble;
  if (failure) return failure;
  return whereabouts === 'here' ? STATES[stats.state] : PLACES[whereabouts];
}

export function showPanel(root: Node, view: View, actions: Actions): void {
  render(root, [view.isFolded ? pill(view, actions) : panel(view, actions)]);
}

function pill({ steps }: View, actions: Actions): Item {
  const events = steps.filter(({ type }) => type === 'event').length;
  return h('button', { key: 'pill', class: 'pill', type: 'button', 'aria-expanded': 'false', onclick: () => actions.fold(false) },
    'OnCue', h('span', { class: 'faint' }, `${events} ${events === 1 ? 'event' : 'events'}`));
}

function panel(view: View, actions: Actions): Item {
  const { look, steps, chosen, stats, exported } = view;
  const attributes = look?.groups.reduce((sum, group) => sum + group.attributes.length, 0) ?? 0;
  return h(
    'section', { key: 'panel', class: 'panel', 'aria-label': TITLE },
    head(view, actions),
    section('interventions', 'Interventions', look?.interventions.length,
      look?.interventions.map((one) => ruleCard(one, look.at)) ?? [], more(look?.hidden.interventions)),
    section('attributes', 'Attributes', attributes,
      look?.groups.map((group) => groupTable(group, look.at)) ?? [], more(look?.hidden.attributes)),
    section('events', 'Events', steps.length, eventList(steps, chosen, (step) => actions.choose(step === chosen ? undefined : step))),
    section('session', 'Session', undefined, sessionView(stats, exported)),
  );
}

function head(view: View, actions: Actions): Item {
  const { steps, look, filter } = view;
  return h(
    'div', { class: 'head' },
    h('div', { class: 'head-row' },
      h('h2', { tabindex: -1 }, TITLE),
      !view.isDocked && h('button', { key: 'fold', class: 'icon', type: 'button', 'aria-expanded': 'true', onclick: () => actions.fold(true) }, 'Fold'),
      h('button', { key: 'close', class: 'icon', type: 'button', onclick: () => actions.close() }, 'Close')),
    h('p', { class: 'faint', role: 'status' }, status(view)),
    steps.length > 0 && travel(view, actions),
    look && (filter || look.hidden.attributes + look.hidden.interventions + look.interventions.length > 12)
      ? h('input', {
          key: 'filter', class: 'filter', type: 'search', placeholder: 'Filter by name', 'aria-label': 'Filter interventions and attributes by name',
          value: filter, oninput: (event) => actions.filter((event.target as HTMLInputElement).value),
        })
      : undefined,
  );
}

/** The slider through time: its right end is the present. */
function travel({ steps, chosen }: View, actions: Actions): Item {
  const place = chosen ? steps.indexOf(chosen) : steps.length;
  const when = chosen ? `after ${chosen.number}: ${chosen.name}, ${showTime(chosen.at)}` : 'now';
  return h(
    'div', { key: 'travel', class: 'travel' },
    h('input', {
      type: 'range', min: 0, max: steps.length, step: 1, value: String(place), 'aria-label': 'Moment shown', 'aria-valuetext': when, title: when,
      oninput: (event) => actions.choose(steps[Number((event.target as HTMLInputElement).value)]),
    }),
    chosen ? h('output', { key: 'when' }, showTime(chosen.at)) : undefined,
    h('button', { key: 'live', class: 'live', type: 'button', disabled: !chosen, onclick: () => actions.choose(undefined) }, chosen ? 'Back to now' : 'Live'),
  );
}

function section(key: string, title: string, count: number | undefined, ...body: (Child | readonly Child[])[]): Item {
  return h(
    'details', { key, class: 'section', 'data-section': key, initialOpen: key !== 'session' },
    h('summary', {}, title, count !== undefined && h('span', { class: 'section-count' }, String(count))),
    h('div', { class: 'section-body' }, ...body),
  );
}

const more = (hidden: number | undefined): Child =>
  hidden ? h('p', { key: 'hidden', class: 'faint' }, `${hidden} more: narrow them down with the filter.`) : undefined;
