import { closeAllBanners, closeCartBanners } from './banners/answers';
import { cart, codes, setQuantity, sumUp } from './cart';
import { findProduct } from './catalog';
import { forgetSignals } from './oncue';
import { navigate } from './router';
import { forgetVisitor, identify, trackCartChange, trackOrder } from './tracking';
import { address, emptyAddress, lastOrder, visitorName } from './visitor';

/** What a visitor can do here; each action changes the shop first and tells the tracker after. */

export function changeQuantity(id: string, quantity: number): void {
  const product = findProduct(id);
  if (!product) return;
  const by = setQuantity(id, quantity);
  if (by !== 0) trackCartChange({ product, quantity }, by);
}

export function addToCart(id: string, pieces = 1): void {
  const inCart = cart.get().find((line) => line.id === id)?.quantity ?? 0;
  changeQuantity(id, inCart + pieces);
}

export function signIn(name: string): void {
  visitorName.set(name);
  identify(name);
}

export function signOut(): void {
  visitorName.set(null);
  identify(null);
}

export function placeOrder(): void {
  const lines = cart.get();
  const to = address.get();
  const order = {
    id: `KK-${crypto.getRandomValues(new Uint32Array(1))[0]!.toString(36).toUpperCase().padStart(7, '0')}`,
    firstName: to.name.trim().split(/\s+/)[0] ?? '',
    email: to.email,
    total: sumUp(lines, codes.get()).total,
    productIds: lines.map((line) => line.id),
  };
  trackOrder(order);
  lastOrder.set(order);
  cart.set([]);
  codes.set([]);
  closeCartBanners();
  navigate('/thanks', { replace: true });
}

/** Forgets the visitor: cart, name, ids, attributes, what has fired. The next page view is somebody new. */
export function resetVisitor(): void {
  cart.set([]);
  codes.set([]);
  visitorName.set(null);
  address.set(emptyAddress);
  lastOrder.set(null);
  closeAllBanners();
  forgetVisitor();
  forgetSignals();
  navigate('/');
}
