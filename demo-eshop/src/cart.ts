import { CURRENCY, findProduct, type Product } from './catalog';
import { addCode, terms, type Code } from './codes';
import { createStore } from './store';

export interface Line {
  id: string;
  quantity: number;
}

export interface FilledLine {
  product: Product;
  quantity: number;
}

/** All amounts in cents. */
export interface Totals {
  subtotal: number;
  discount: number;
  shipping: number;
  total: number;
  itemCount: number;
}

export const MAX_QUANTITY = 20;
const SHIPPING = 800;

export const cart = createStore<Line[]>([], { key: 'kiln.cart', read: readLines });
export const codes = createStore<Code[]>([], { key: 'kiln.codes', read: readCodes });

/** A cart saved by an older shop may hold what is no longer sold, or have another form. */
function readLines(found: unknown): Line[] {
  if (!Array.isArray(found)) return [];
  return found.filter((line): line is Line => {
    const { id, quantity } = (line ?? {}) as Partial<Line>;
    return findProduct(id ?? '') !== undefined && Number.isInteger(quantity) && quantity! >= 1 && quantity! <= MAX_QUANTITY;
  });
}

function readCodes(found: unknown): Code[] {
  return Array.isArray(found) ? found.filter((code): code is Code => typeof code === 'string' && Object.hasOwn(terms, code)) : [];
}

export function fillLines(lines: Line[]): FilledLine[] {
  return lines.flatMap(({ id, quantity }) => {
    const product = findProduct(id);
    return product ? [{ product, quantity }] : [];
  });
}

export function sumUp(lines: Line[], applied: Code[]): Totals {
  const filled = fillLines(lines);
  const itemCount = filled.reduce((sum, line) => sum + line.quantity, 0);
  const subtotal = filled.reduce((sum, line) => sum + line.product.price * 100 * line.quantity, 0);
  const percent = Math.max(0, ...applied.map((code) => terms[code].percentOff ?? 0));
  const discount = Math.round((subtotal * percent) / 100);
  const shipping = itemCount === 0 || applied.some((code) => isShippingFree(code, subtotal)) ? 0 : SHIPPING;
  return { subtotal, discount, shipping, total: subtotal - discount + shipping, itemCount };
}

/** Whether `code` waives shipping on an order of `subtotal` cents. */
export function isShippingFree(code: Code, subtotal: number): boolean {
  const over = terms[code].freeShippingOver;
  return over !== undefined && subtotal > over;
}

/** Sets the quantity of a product; 0 takes it out. Returns by how much it changed. */
export function setQuantity(id: string, quantity: number): number {
  const lines = cart.get();
  const before = lines.find((line) => line.id === id)?.quantity ?? 0;
  const after = Math.min(MAX_QUANTITY, Math.max(0, Math.trunc(quantity)));
  if (after === before) return 0;
  if (before === 0) cart.set([...lines, { id, quantity: after }]);
  else if (after === 0) cart.set(lines.filter((line) => line.id !== id));
  else cart.set(lines.map((line) => (line.id === id ? { id, quantity: after } : line)));
  return after - before;
}

export function applyCode(code: Code): void {
  codes.set((applied) => addCode(applied, code));
}

export function removeCode(code: Code): void {
  codes.set((applied) => applied.filter((other) => other !== code));
}

/** The product as the ecommerce plugin wants it: `price` is a number, per piece. */
export function toTracked({ product, quantity }: FilledLine) {
  return {
    id: product.id,
    name: product.name,
    category: product.category,
    price: product.price,
    quantity,
    brand: 'Kiln & Kettle',
    currency: CURRENCY,
  };
}
