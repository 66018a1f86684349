import type { ExplainedNode, InterventionExplanation } from '@oncue/engine';
import { h, type Item } from './dom.js';
import { showSpan, showValue } from './format.js';

const WORDS = { all: 'all of', any: 'any of', none: 'none of' } as const;

/** What each `state` of an explanation means to somebody who waits for the intervention. */
const STATES: Record<string, [word: string, sentence: string]> = {
  waiting: ['waiting', 'Its criteria are not met.'],
  latched: ['fired', 'It fired for these targets and does so once.'],
  no_target: ['no target', 'None of its target keys has an id.'],
  pending: ['pending', 'It is delayed and waits.'],
  held_back: ['held back', 'A limit of its delivery holds it back.'],
  on_change: ['on change', 'It fires at each change while its criteria hold.'],
  holds: ['holds', 'Its criteria hold, but did so when the engine first looked: only a change from false to true fires.'],
};

/** An intervention: its state, its criteria with the values they see, for whom. */
export function ruleCard(explanation: InterventionExplanation, at: number): Item {
  const { name, version, state, targets, criteria, next_wake: wake, evaluated_at: _evaluated, ...more } = explanation;
  const hasFired = targets.some(({ latched }) => latched);
  const [word, sentence] = STATES[state] ?? [state, ''];
  return h(
    'details', { key: `${name} ${version}`, class: 'rule', 'data-rule': name, 'data-fired': String(hasFired), 'data-state': state, initialOpen: true },
    h('summary', {},
      h('span', { class: 'rule-name' }, name),
      h('span', { class: 'badge', title: sentence }, hasFired ? 'fired' : word)),
    criterion(criteria),
    h('p', { class: 'rule-targets' }, 'for ', ...targets.flatMap(({ name: key, id, latched }, place) => [
      place > 0 && ', ',
      h('span', { key, 'data-latched': String(latched), title: id ?? 'no such id on this visitor' },
        `${key}${latched ? ' (latched)' : id === null ? ' (none)' : ''}`),
    ])),
    wake !== null && h('p', { key: 'wake', class: 'faint' }, `looked at again ${wake <= at ? 'now' : `in ${showSpan(wake - at)}`}`),
    ...delivery(more, at),
  );
}

interface Delivery {
  held_back?: { reason: string; until: number | null };
  pending?: { due_at: number };
}

/** What holds it back or delays it; whatever else the engine tells is shown as it comes. */
function delivery({ held_back: held, pending, ...more }: Delivery & Record<string, unknown>, at: number): (Item | false | undefined)[] {
  return [
    held && h('p', { key: 'held', class: 'rule-note' }, `held back: ${held.reason}${held.until === null ? '' : `, ${showSpan(held.until - at)} left`}`),
    pending && h('p', { key: 'pending', class: 'rule-note' }, `delayed: due in ${showSpan(pending.due_at - at)}`),
    ...Object.entries(more).map(([name, value]) => h('p', { key: `more ${name}`, class: 'faint' }, `${name}: ${showValue(value)}`)),
  ];
}

function criterion(node: ExplainedNode): Item {
  for (const kind of ['all', 'any', 'none'] as const) {
    const children = (node as Partial<Record<typeof kind, ExplainedNode[]>>)[kind];
    if (children) {
      return h('div', { class: 'branch' }, h('div', { class: 'branch-head' }, truth(node), WORDS[kind]), ...children.map(criterion));
    }
  }
  const { attribute, operator, operand, value, holds } = node as Extract<ExplainedNode, { attribute: string }>;
  const name = attribute.slice(attribute.indexOf(':') + 1);
  return h(
    'div', { class: 'test', 'data-truth': String(holds) },
    truth(node),
    h('span', { class: 'test-rule', title: attribute }, `${name} `, h('i', {}, operator), operand === undefined ? '' : ` ${showValue(operand)}`),
    h('span', { class: 'test-value' }, showValue(value)),
    progress(value, operator, operand),
  );
}

function truth({ holds, held }: ExplainedNode): Item {
  const now = holds ? 'true' : 'not true';
  const before = held === null ? 'never evaluated before' : held ? 'true before' : 'not true before';
  return h('span', { class: 'truth', 'data-now': String(holds), role: 'img', 'aria-label': `${now}, ${before}`, title: `${now}, ${before}` });
}

/** How far a number is on its way to a threshold. */
function progress(value: unknown, operator: string, operand: unknown): Item | false {
  if (!operator.startsWith('>') || typeof operand !== 'number') return false;
  const at = typeof value === 'number' ? value : 0;
  const share = operand > 0 ? Math.max(0, Math.min(1, at / operand)) : Number(at > operand);
  return h('span', { class: 'progress', 'aria-hidden': 'true', '--share': share });
}
