import type { AttributeExplanation } from '@oncue/engine';
import { h, type Item } from './dom.js';
import { showSpan, showTime, showValue } from './format.js';
import type { Group } from './look.js';

/** The attributes of one group, each with its story folded in. */
export function groupTable({ name, version, key, id, attributes }: Group, at: number): Item {
  return h(
    'div', { key: `${name} ${version}`, class: 'group' },
    h('h4', {}, version > 1 ? `${name} v${version}` : name, h('span', { class: 'faint', title: id ?? '' }, ` ${key}${id === null ? ': no id yet' : ''}`)),
    ...attributes.map((attribute) => row(attribute, at)),
  );
}

function row(explained: AttributeExplanation, at: number): Item {
  const { attribute, value, populated } = explained;
  return h(
    'details', { key: attribute, class: 'attribute', 'data-null': String(value === null) },
    h('summary', {},
      h('span', { class: 'attribute-name' }, attribute),
      h('span', { class: 'attribute-value' }, explained.window_full && h('b', { title: 'Older events have made room' }, 'full '), showValue(value))),
    h('p', { class: 'faint' }, [explained.aggregation, ...story(explained, at), !populated && 'no data behind it'].filter(Boolean).join(' · ')),
  );
}

function story({ period_ms, ttl_ms, last_update, next_change, window_events, window_full, truncated }: AttributeExplanation, at: number): string[] {
  return [
    period_ms !== null && `of the last ${showSpan(period_ms)}`,
    ttl_ms !== null && `forgotten ${showSpan(ttl_ms)} after its last event`,
    window_events !== undefined && `${window_events} events in the window${window_full ? ', which is full' : ''}`,
    truncated && 'more values were seen than are kept',
    last_update !== null && `last changed at ${showTime(last_update)}`,
    next_change !== null && `changes by time in ${showSpan(next_change - at)}`,
  ].filter((part): part is string => !!part);
}
