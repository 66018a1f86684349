import { h, type Item } from './dom.js';
import { showMicroseconds, showTime } from './format.js';
import type { Step } from './recorder.js';

/** What happened, newest first; a press on one goes back to it. */
export function eventList(steps: readonly Step[], chosen: Step | undefined, choose: (step: Step) => void): Item {
  if (!steps.length) return h('p', { key: 'none', class: 'faint' }, 'Nothing since the inspector was opened. Do something in the page.');
  return h('ol', { key: 'list', class: 'events' }, ...[...steps].reverse().map((step) => row(step, step === chosen, choose)));
}

function row(step: Step, isChosen: boolean, choose: (step: Step) => void): Item {
  const { number, type, name, at, microseconds, door, fired, rejection } = step;
  return h(
    'li', { key: number, 'data-type': type },
    h('button', { type: 'button', 'aria-pressed': String(isChosen), title: 'See the engine as it was after this', onclick: () => choose(step) },
      h('time', {}, showTime(at)),
      h('span', { class: 'event-name' }, name),
      h('span', { class: 'event-cost', title: door === 'text' ? 'read from text' : '' }, microseconds === undefined ? '' : showMicroseconds(microseconds)),
      rejection !== undefined && h('span', { key: 'rejection', class: 'event-note' }, `${type === 'receive' ? 'left out' : 'not counted'}: ${rejection}`),
      ...fired.map((intervention, place) => h('span', { key: `fired ${place}`, class: 'event-fired' }, `fired ${intervention}`))),
  );
}
