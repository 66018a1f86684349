// Compiled, never run: what the types of attribute values must be.
import { type AttributeValue, createEngine, replay, type FiredIntervention, type Bundle } from '@oncue/engine';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function expectType<T>(): <U>(value: U) => Equal<T, U> extends true ? void : ['expected', T, 'got', U];
declare function isVoid(value: void): void;

const definitions = {
  attribute_groups: [
    {
      name: 'cart',
      version: 1,
      attribute_key: { name: 'domain_userid' },
      attributes: [
        { name: 'views', type: 'int32', aggregation: 'counter' },
        { name: 'views_or_zero', type: 'int32', aggregation: 'counter', default_value: 0 },
        { name: 'products', type: 'int64', aggregation: 'approx_count_distinct' },
        { name: 'recent', type: 'string_list', aggregation: 'unique_list' },
        { name: 'flags', type: 'bool_list', aggregation: 'unique_list' },
        { name: 'counts', type: 'dict', aggregation: 'category_count' },
        { name: 'last_page', type: 'string', aggregation: 'last' },
        { name: 'is_member', type: 'bool', aggregation: 'last' },
      ],
    },
    {
      name: 'visit',
      attribute_key: { name: 'domain_sessionid' },
      attributes: [{ name: 'spent', type: 'double', aggregation: 'sum' }],
    },
  ],
  services: [{ name: 'shop', attribute_groups: [{ name: 'cart', version: 1 }, { name: 'visit', version: 1 }] }],
} as const satisfies Bundle;

const engine = createEngine({ definitions });
const cart = engine.attributes('domain_userid', 'u')!.cart;
isVoid(expectType<number | null>()(cart.views));
isVoid(expectType<number>()(cart.views_or_zero));
isVoid(expectType<number>()(cart.products));
isVoid(expectType<string[] | null>()(cart.recent));
isVoid(expectType<boolean[] | null>()(cart.flags));
isVoid(expectType<Record<string, number> | null>()(cart.counts));
isVoid(expectType<string | null>()(cart.last_page));
isVoid(expectType<boolean | null>()(cart.is_member));
isVoid(expectType<number | null>()(engine.groupAttributes('visit', 's')!.spent));

const service = engine.serviceAttributes('shop', 'domain_userid', 'u')!;
isVoid(expectType<number | null>()(service.views));
isVoid(expectType<string>()(service.domain_userid));

// @ts-expect-error there is no such key
engine.attributes('user_id', 'u');
// @ts-expect-error there is no such group
engine.groupAttributes('carts', 'u');
// @ts-expect-error there is no such service
engine.serviceAttributes('shops', 'domain_userid', 'u');
// @ts-expect-error there is no such key
engine.serviceAttributes('shop', 'user_id', 'u');
// @ts-expect-error groups of another key are not in it
engine.attributes('domain_sessionid', 's')!.cart;
// @ts-expect-error nothing of the visit's key is in the user's
service.spent;

// Written in place, no `as const` is needed.
const inPlace = createEngine({
  definitions: [{ name: 'g', attribute_key: { name: 'user_id' }, attributes: [{ name: 'n', type: 'int32', aggregation: 'counter' }] }],
});
isVoid(expectType<number | null>()(inPlace.attributes('user_id', 'u')!.g.n));

const registry = createEngine({
  definitions: [
    { name: 'g', attribute_key: { name: 'user_id' }, attributes: [{ name: 'n', type: 'int32', aggregation: 'counter' }] },
    { name: 's', attribute_groups: [{ name: 'g' }] },
  ],
} as const);
isVoid(expectType<number | null>()(registry.serviceAttributes('s', 'user_id', 'u')!.n));
// @ts-expect-error a group is no service
registry.serviceAttributes('g', 'user_id', 'u');

// From JSON text nothing can be known.
const loose = createEngine({ definitions: '{}' });
isVoid(expectType<Record<string, Record<string, AttributeValue>> | undefined>()(loose.attributes('any_key', 'u')));
isVoid(expectType<Record<string, AttributeValue> | undefined>()(loose.serviceAttributes('any', 'any_key', 7)));
isVoid(expectType<readonly FiredIntervention[]>()(loose.track('{}')));
isVoid(expectType<FiredIntervention[]>()(replay('{}', []).fired));

// @ts-expect-error an aggregation that does not exist
const wrong: Bundle = { attribute_groups: [{ name: 'g', attribute_key: { name: 'user_id' }, attributes: [{ name: 'n', type: 'int32', aggregation: 'count' }] }] };
void wrong;
