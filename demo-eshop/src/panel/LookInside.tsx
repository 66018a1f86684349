import { useEffect, useRef } from 'react';
import { Icon } from '../components/Icon';
import { idleMinutes, isShortened, showWait } from '../idle';
import { happenings, inside, watchInside, type Happening, type Inside } from '../oncue';
import { resetVisitor } from '../shop';
import { useStore } from '../store';
import { AttributeTable } from './AttributeTable';
import { EventLog } from './EventLog';
import { InterventionCard } from './InterventionCard';
import { showMicroseconds } from './values';

const stateLines: Record<Inside['state'], string> = {
  idle: 'The engine has not started.',
  loading: 'The engine is loading …',
  ready: 'Every decision is made in this page, by C++ in WebAssembly. Nothing is asked of a server.',
  failed: 'The engine could not load; the console says why. The shop goes on without it.',
};

/** What goes on in the engine, live, beside the shop (a drawer on a phone). */
export function LookInside({ onClose }: { onClose: () => void }) {
  const { state, attributes, interventions } = useStore(inside);
  const log = useStore(happenings);
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => watchInside(), []);
  useEffect(() => {
    if (document.querySelector('.shop[inert]')) title.current?.focus();
  }, []);
  return (
    <aside
      id="look-inside" className="panel" aria-labelledby="panel-title"
      onKeyDown={(event) => { if (event.key === 'Escape') { event.preventDefault(); onClose(); } }}
    >
      <div className="panel-head">
        <h2 id="panel-title" tabIndex={-1} ref={title}>Look inside</h2>
        <button type="button" className="panel-close" onClick={onClose} aria-label="Close the panel"><Icon name="close" size={18} /></button>
        <p>{stateLines[state]}</p>
        <Latest happening={log[0]} />
      </div>
      <section aria-labelledby="panel-interventions">
        <h3 id="panel-interventions">Interventions</h3>
        {interventions.map((explained) => <InterventionCard key={explained.name} explained={explained} />)}
        <WaitNote />
      </section>
      <section aria-labelledby="panel-attributes">
        <h3 id="panel-attributes">Attributes</h3>
        <AttributeTable attributes={attributes} />
      </section>
      <section aria-labelledby="panel-events">
        <h3 id="panel-events">Events</h3>
        {state !== 'failed' && <EventLog log={log} />}
      </section>
      <button type="button" className="panel-reset" onClick={resetVisitor}>Reset user data</button>
    </aside>
  );
}

function Latest({ happening }: { happening: Happening | undefined }) {
  if (!happening) return null;
  return (
    <p className="panel-latest">
      <span>{happening.name}</span>
      <b>{showMicroseconds(happening.microseconds)}</b>
    </p>
  );
}

function WaitNote() {
  const url = new URL(location.href);
  if (isShortened) url.searchParams.delete('idle');
  else url.searchParams.set('idle', '20s');
  return (
    <p className="panel-note">
      A cart counts as abandoned after {showWait(idleMinutes)} without activity{isShortened ? ' (shortened by the address: ?idle=…).' : '.'}{' '}
      <a href={url.pathname + url.search}>{isShortened ? 'Back to 15 minutes' : 'Make it 20 seconds'}</a>
    </p>
  );
}
