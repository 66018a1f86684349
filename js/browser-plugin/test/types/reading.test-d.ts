// Compiled, never run: what the answers of the plugin are, and which types it has for its pages.
import {
  ask,
  explain,
  type AttributeExplanation,
  type AttributeValue,
  type Bundle,
  type Explanation,
  type InterventionExplanation,
  OnCuePlugin,
} from '@oncue/browser-plugin';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function expectType<T>(): <U>(value: U) => Equal<T, U> extends true ? void : ['expected', T, 'got', U];
declare function isVoid(value: void): void;

type Values = Record<string, AttributeValue>;
isVoid(expectType<Record<string, Values> | undefined>()(await ask('getAttributes', 'domain_userid')));
isVoid(expectType<Record<string, Values> | undefined>()(await ask('getAttributes', 'domain_userid', 'ann')));
isVoid(expectType<Values | undefined>()(await ask('getServiceAttributes', 'shop')));
isVoid(expectType<Values | undefined>()(await ask('getServiceAttributes', 'shop', 'domain_userid', 'ann')));
isVoid(expectType<InterventionExplanation | undefined>()(await ask('explain', 'discount')));
isVoid(expectType<AttributeExplanation | undefined>()(await ask('explain', 'shop:views')));
isVoid(expectType<Explanation | undefined>()(explain('discount')));
isVoid(expectType<AttributeExplanation | undefined>()(explain('shop:views')));
// @ts-expect-error a key is needed
void ask('getAttributes');
// @ts-expect-error there is no such question
void ask('getAll');

const definitions = {
  attribute_groups: [
    { name: 'shop', attribute_key: { name: 'domain_userid' }, attributes: [{ name: 'views', type: 'int32', aggregation: 'counter', events: [{ name: 'page_view' }] }] },
  ],
} satisfies Bundle;
OnCuePlugin({ definitions });

// @ts-expect-error a field that is near one there is
export const misspelt = { interventions: [], attribute_group: [] } satisfies Bundle;
