import { isCriterion, type ExplainNode } from '../explanation';
import { showValue } from './values';

export function ExplainTree({ node }: { node: ExplainNode }) {
  if (!isCriterion(node)) {
    return (
      <div className="branch">
        <div className="branch-head"><Truth node={node} /> {node.word}</div>
        {node.children.map((child, index) => <ExplainTree key={index} node={child} />)}
      </div>
    );
  }
  const name = node.attribute.slice(node.attribute.indexOf(':') + 1);
  return (
    <div className="test" data-truth={node.holds}>
      <Truth node={node} />
      <span className="test-rule">{name} <i>{node.operator}</i> {node.operand === undefined ? '' : showValue(node.operand)}</span>
      <span className="test-value">{showValue(node.value)}</span>
      <Progress value={node.value} operator={node.operator} operand={node.operand} />
    </div>
  );
}

function Truth({ node }: { node: ExplainNode }) {
  const now = node.holds ? 'true now' : 'not true now';
  const before = node.held === null ? 'never evaluated' : node.held ? 'true before' : 'not true before';
  return <span className="truth" data-now={node.holds} role="img" aria-label={`${now}, ${before}`} title={`${now}, ${before}`} />;
}

/** How far a number is on its way to a threshold. */
function Progress({ value, operator, operand }: { value: unknown; operator: string; operand: unknown }) {
  if (!operator.startsWith('>') || typeof operand !== 'number') return null;
  const at = typeof value === 'number' ? value : 0;
  const share = operand > 0 ? Math.min(1, at / operand) : at > operand ? 1 : 0;
  return <span className="progress" aria-hidden="true"><span style={{ transform: `scaleX(${share})` }} /></span>;
}
