import { createStore } from './store';

export interface Address {
  name: string;
  email: string;
  street: string;
  postcode: string;
  city: string;
  country: string;
}

export const emptyAddress: Address = { name: '', email: '', street: '', postcode: '', city: '', country: 'Germany' };

export interface Order {
  id: string;
  firstName: string;
  email: string;
  /** Cents. */
  total: number;
  productIds: string[];
}

/** The name signed in with, or null. */
export const visitorName = createStore<string | null>(null, {
  key: 'kiln.name',
  read: (found) => (typeof found === 'string' ? found : null),
});
export const address = createStore<Address>(emptyAddress);
export const lastOrder = createStore<Order | null>(null);

export function isComplete(form: Address): boolean {
  return Object.values(form).every((field) => field.trim() !== '');
}
