// Types of attribute values, worked out from definitions whose literal types are known (`as const`).

/** A value as attributes() and interventions hand it out. */
export type AttributeValue = string | number | boolean | null | AttributeValue[] | { [category: string]: number };

type Element<T> = T extends 'string' | 'bytes' ? string : T extends 'bool' ? boolean : number;
type Populated<T> = string extends T
  ? AttributeValue
  : T extends 'dict'
    ? Record<string, number>
    : T extends `${infer E}_list`
      ? Element<E>[]
      : Element<T>;

// Without data an attribute is null, except for these two.
type NeverNull = { readonly default_value: string | number | boolean | readonly unknown[] } | { readonly aggregation: 'approx_count_distinct' };

/** The value of one attribute definition. */
export type ValueOf<A> = A extends { readonly type: infer T }
  ? A extends NeverNull
    ? Populated<T>
    : Populated<T> | null
  : AttributeValue;

interface GroupShape {
  readonly name: string;
  readonly attribute_key: { readonly name: string };
  readonly attributes: readonly { readonly name: string }[];
}
type GroupsIn<O> = O extends GroupShape ? O : never;
type Groups<D> = D extends { readonly attribute_groups: readonly (infer G)[] }
  ? GroupsIn<G>
  : D extends readonly (infer O)[]
    ? GroupsIn<O>
    : GroupsIn<D>;
type Services<D> = D extends { readonly services: readonly (infer S)[] } ? S : D extends readonly (infer O)[] ? O : D;

type NameIn<S> = S extends { readonly attribute_groups: readonly unknown[]; readonly name: infer N extends string } ? N : never;

type AttributesOfGroups<G extends GroupShape> = {
  [A in G['attributes'][number] as A['name']]: ValueOf<A>;
};
type Loose = Record<string, AttributeValue>;
// A definition read from JSON has plain `string` names: nothing can be worked out then.
type IsLoose<D> = [Groups<D>] extends [never] ? true : string extends Groups<D>['name'] ? true : false;

/** `{group: {attribute: value}}` of the groups under a key. */
export type Attributes<D, Key extends string> =
  IsLoose<D> extends true
    ? Record<string, Loose>
    : {
        [G in Extract<Groups<D>, { readonly attribute_key: { readonly name: Key } }> as G['name']]: AttributesOfGroups<
          Extract<Groups<D>, { readonly name: G['name'] }>
        >;
      };

/** `{attribute: value}` of one group. */
export type GroupAttributes<D, Name extends string> =
  IsLoose<D> extends true ? Loose : AttributesOfGroups<Extract<Groups<D>, { readonly name: Name }>>;

type LinkedNames<S> = S extends { readonly attribute_groups: readonly { readonly name: infer N }[] } ? N : never;

/** `{key: id, attribute: value ...}` of a service's groups under a key. */
export type ServiceAttributes<D, Name extends string, Key extends string> =
  IsLoose<D> extends true
    ? Loose
    : Record<Key, string> &
        AttributesOfGroups<
          Extract<
            Groups<D>,
            {
              readonly name: LinkedNames<Extract<Services<D>, { readonly name: Name }>>;
              readonly attribute_key: { readonly name: Key };
            }
          >
        >;

/** Names of the attribute keys that groups use. */
export type KeyName<D> = IsLoose<D> extends true ? string : Groups<D>['attribute_key']['name'];
/** Names of the services. */
export type ServiceName<D> = IsLoose<D> extends true ? string : NameIn<Services<D>>;
/** Names of the groups. */
export type GroupName<D> = IsLoose<D> extends true ? string : Groups<D>['name'];
