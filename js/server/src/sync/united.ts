// Definitions in which everything that was ever published still counts.

interface Key {
  readonly name: string;
}
interface Group {
  readonly name: string;
  readonly attribute_key: string | Key;
  readonly version?: number;
}
interface Bundle {
  readonly attribute_keys?: readonly Key[];
  readonly attribute_groups?: readonly Group[];
}

const read = (text: string): readonly Bundle[] => [JSON.parse(text) as Bundle | readonly Bundle[]].flat();
const groupsOf = (bundles: readonly Bundle[]): Group[] => bundles.flatMap(({ attribute_groups: groups = [] }) => groups);
const keyOf = ({ attribute_key: key }: Group): Key => (typeof key === 'string' ? { name: key } : key);

/** Keys by name, as they are defined by themselves or in a group. */
function keysOf(bundles: readonly Bundle[]): Map<string, Key> {
  const defined = bundles.flatMap(({ attribute_keys: keys = [] }) => keys);
  const inGroups = groupsOf(bundles).map(keyOf).filter((key) => Object.keys(key).length > 1);
  return new Map([...inGroups, ...defined].map((key) => [key.name, key]));
}

/** What counts in a group, whatever it is called. */
const contentOf = ({ name: _name, version: _version, attribute_key: _key, ...content }: Group, key: string): string => JSON.stringify([key, content]);

/**
 * `present`, and the groups of `former` under a name that nobody asks for: computations are told apart by what they are, so a
 * group that comes back finds what was counted. Where a key is another now, so is what it counts. All are JSON texts of bundles.
 */
export function unite(present: string, former: readonly string[]): string {
  if (former.every((text) => text === present)) return present;
  const bundles = read(present);
  const past = former.flatMap(read);
  const names = new Set(groupsOf(bundles).map(({ name }) => name));
  let name = 'oncue_former';
  while (names.has(name)) name += '_';
  const known = new Set(groupsOf(bundles).map((group) => contentOf(group, keyOf(group).name)));
  const groups: Group[] = [];
  for (const group of groupsOf(past)) {
    const key = keyOf(group).name;
    const content = contentOf(group, key);
    if (known.has(content)) continue;
    known.add(content);
    groups.push({ ...group, attribute_key: { name: key }, name, version: groups.length + 1 });
  }
  if (groups.length === 0) return present;
  const defined = keysOf(bundles);
  const keys = [...keysOf(past).values()].filter((key) => !defined.has(key.name));
  return JSON.stringify([...bundles, { attribute_keys: keys, attribute_groups: groups }]);
}
