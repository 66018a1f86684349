import { memo } from 'react';
import type { Happening } from '../oncue';
import { showMicroseconds, showTime } from './values';

export function EventLog({ log }: { log: Happening[] }) {
  if (log.length === 0) return <p className="panel-note">Nothing yet. Look at a product, or put one in the cart.</p>;
  return (
    <ol className="events">
      {log.map((happening) => <Row key={happening.key} happening={happening} />)}
    </ol>
  );
}

const Row = memo(function Row({ happening }: { happening: Happening }) {
  const { at, name, microseconds, fired, isTick } = happening;
  return (
    <li data-tick={isTick}>
      <time>{showTime(at)}</time>
      <span className="event-name">{name}</span>
      <span className="event-cost">{showMicroseconds(microseconds)}</span>
      {fired.map((intervention) => <span key={intervention} className="event-fired">fired {intervention}</span>)}
    </li>
  );
});
