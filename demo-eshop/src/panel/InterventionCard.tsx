import type { Explained } from '../explanation';
import { ExplainTree } from './ExplainTree';

export function InterventionCard({ explained }: { explained: Explained }) {
  const { name, targets, tree } = explained;
  const hasFired = targets.some((target) => target.latched);
  return (
    <article className="rule" data-fired={hasFired} data-rule={name}>
      <header>
        <h4>{name}</h4>
        <span className="rule-state">{hasFired ? 'fired' : 'waiting'}</span>
      </header>
      <ExplainTree node={tree} />
      <p className="rule-targets">
        for{' '}
        {targets.map((target) => (
          <span key={target.name} data-latched={target.latched} title={target.id ?? 'no such id on this visitor'}>
            {target.name}{target.latched ? ' (latched)' : target.id === null ? ' (none)' : ''}
          </span>
        ))}
      </p>
    </article>
  );
}
