/** The explain tree of an intervention, as the engine writes it. */

interface Truth {
  /** Whether the node is true at present. */
  holds: boolean;
  /** Whether it was true when last evaluated; null before the first evaluation. */
  held: boolean | null;
}

export interface CriterionNode extends Truth {
  attribute: string;
  operator: string;
  operand?: unknown;
  value: unknown;
}

export interface BranchNode extends Truth {
  word: 'all of' | 'any of' | 'none of';
  children: ExplainNode[];
}

export type ExplainNode = CriterionNode | BranchNode;

export interface Target {
  name: string;
  /** Null while this visitor has no such id. */
  id: string | null;
  latched: boolean;
}

export interface Explained {
  name: string;
  state: string;
  targets: Target[];
  tree: ExplainNode;
}

const words = { all: 'all of', any: 'any of', none: 'none of' } as const;

interface WireNode extends CriterionNode {
  all?: WireNode[];
  any?: WireNode[];
  none?: WireNode[];
}

interface WireExplanation {
  name: string;
  state: string;
  targets: Target[];
  criteria: WireNode;
}

export function readExplanation(wire: unknown): Explained {
  const { name, state, targets, criteria } = wire as WireExplanation;
  return { name, state, targets, tree: readNode(criteria) };
}

function readNode(node: WireNode): ExplainNode {
  for (const kind of ['all', 'any', 'none'] as const) {
    const children = node[kind];
    if (children) return { word: words[kind], children: children.map(readNode), holds: node.holds, held: node.held };
  }
  return node;
}

export function isCriterion(node: ExplainNode): node is CriterionNode {
  return 'attribute' in node;
}
