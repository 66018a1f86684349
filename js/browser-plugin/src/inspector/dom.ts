// A page of the inspector is described anew whenever something changes; only what differs touches the document, so that
// focus, scroll positions and what the reader folded stay as they are.

type Value = string | number | boolean | undefined | ((event: Event) => void);
export type Props = Record<string, Value>;
export type Child = Item | string | false | undefined;

export interface Item {
  tag: string;
  props: Props;
  children: readonly (Item | string)[];
}

/**
 * @param props attributes; `on…` a listener; `key` tells siblings of one tag apart; `initial…` is set once, when the
 *   element is made; `value` and `disabled` are properties; `--…` is a custom property of its style
 */
export function h(tag: string, props: Props = {}, ...children: (Child | readonly Child[])[]): Item {
  return { tag, props, children: children.flat().filter((child): child is Item | string => !!child) };
}

interface Shown {
  key: string;
  props: Props;
}
const shown = new WeakMap<Node, Shown>();

const keyOf = (item: Item | string, place: number): string =>
  typeof item === 'string' ? `text ${place}` : `${item.tag} ${item.props.key ?? place}`;

/** Makes the content of `parent` what `items` say. */
export function render(parent: Node, items: readonly (Item | string)[]): void {
  const old = new Map<string, Node>();
  for (const node of parent.childNodes) old.set(shown.get(node)?.key ?? '', node);
  let next = parent.firstChild;
  items.forEach((item, place) => {
    const key = keyOf(item, place);
    const known = old.get(key);
    old.delete(key);
    const node = known ?? create(item, key);
    update(node, item);
    if (node === next) next = node.nextSibling;
    else parent.insertBefore(node, next);
  });
  for (const node of old.values()) parent.removeChild(node);
}

function create(item: Item | string, key: string): Node {
  const node = typeof item === 'string' ? document.createTextNode(item) : document.createElement(item.tag);
  shown.set(node, { key, props: {} });
  if (typeof item !== 'string') {
    for (const [name, value] of Object.entries(item.props)) {
      if (name.startsWith('initial')) set(node as HTMLElement, name.slice(7).toLowerCase(), value);
    }
  }
  return node;
}

function update(node: Node, item: Item | string): void {
  if (typeof item === 'string') {
    if (node.nodeValue !== item) node.nodeValue = item;
    return;
  }
  const known = shown.get(node) as Shown;
  for (const name of Object.keys({ ...known.props, ...item.props })) {
    if (known.props[name] !== item.props[name]) set(node as HTMLElement, name, item.props[name]);
  }
  known.props = item.props;
  render(node, item.children);
}

function set(element: HTMLElement, name: string, value: Value): void {
  if (name === 'key' || name.startsWith('initial')) return;
  if (name.startsWith('on')) (element as unknown as Props)[name.toLowerCase()] = value;
  else if (name.startsWith('--')) element.style.setProperty(name, String(value));
  else if (name === 'value' || name === 'disabled') (element as unknown as Props)[name] = value;
  else if (value === undefined || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? '' : String(value));
}
