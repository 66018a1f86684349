// The extension object `delivery` of interventions. It has a shelf of its own, so that the SDK, which cannot carry it, leaves it alone.
import { withDelivery } from './bundle.js';
import { type Change, idOf, type Registry, type RegistryObject } from './objects.js';

/** Null or `{}` clears it. */
export function deliveryChange({ name, ...rest }: RegistryObject, delivery: object | null): Change {
  const isEmpty = delivery === null || Object.keys(delivery).length === 0;
  return { shelf: 'deliveries', id: idOf('interventions', { name, ...rest }), object: isEmpty ? null : { name, delivery } };
}

export interface Split {
  readonly object: RegistryObject;
  readonly changes: readonly Change[];
}

/** An intervention without its `delivery`. */
export function withoutDelivery({ delivery: _, ...object }: RegistryObject): RegistryObject {
  return object as RegistryObject;
}

/**
 * An intervention that is to be written, and what that does to its `delivery`: one in the body is set, without one it stays as it
 * is. Older files hold it in the intervention itself, from where it moves.
 */
export function splitDelivery(registry: Registry, given: RegistryObject): Split {
  const before = registry.get('interventions', idOf('interventions', given));
  const kept = before?.delivery === undefined ? undefined : withDelivery(registry, before).delivery;
  const delivery = (given.delivery ?? kept) as object | undefined;
  return { object: withoutDelivery(given), changes: delivery === undefined ? [] : [deliveryChange(given, delivery)] };
}
