import { flushBuffer, newTracker, setUserId, clearUserData, trackPageView, type BrowserPlugin } from '@snowplow/browser-tracker';
import {
  SnowplowEcommercePlugin, trackAddToCart, trackCheckoutStep, trackProductView, trackRemoveFromCart, trackTransaction,
} from '@snowplow/browser-plugin-snowplow-ecommerce';
import { cart, codes, fillLines, sumUp, toTracked, type FilledLine } from './cart';
import { categories, CURRENCY, findProduct } from './catalog';
import { isSecondDevice } from './device';
import type { Route } from './router';
import type { Order } from './visitor';

const SHOP = 'Kiln & Kettle';
const CART_SCHEMA = 'iglu:com.snowplowanalytics.snowplow.ecommerce/cart/jsonschema/1-0-0';

let currentAction: string | undefined;

/** The ecommerce action being tracked at this moment; their events all have the same name. */
export function nameCurrentAction(): string | undefined {
  return currentAction;
}

function act(action: string, track: () => void): void {
  currentAction = action;
  track();
  currentAction = undefined;
}

export function startTracker(plugin: BrowserPlugin): void {
  newTracker('shop', location.origin, {
    appId: 'oncue-shop',
    // Cookies know no ports, so the second device would have the first one's ids in them.
    ...(isSecondDevice && { stateStorageStrategy: 'localStorage' }),
    plugins: [SnowplowEcommercePlugin(), plugin],
  });
  // Events wait in localStorage while there is no network; the tracker itself tries again only with the next event.
  addEventListener('online', () => flushBuffer());
}

export function identify(name: string | null): void {
  setUserId(name);
}

export function forgetVisitor(): void {
  setUserId(null);
  clearUserData();
}

export function titleOf(route: Route): string {
  switch (route.page) {
    case 'list': {
      const category = categories.find(({ id }) => id === route.category);
      if (route.category === undefined) return `${SHOP} · Tea and tableware`;
      return `${category?.name ?? 'Not found'} · ${SHOP}`;
    }
    case 'product': return `${findProduct(route.id)?.name ?? 'Not found'} · ${SHOP}`;
    case 'cart': return `Your cart · ${SHOP}`;
    case 'checkout': return `Delivery · ${SHOP}`;
    case 'review': return `Review your order · ${SHOP}`;
    case 'thanks': return `Thank you · ${SHOP}`;
    case 'lost': return `Not found · ${SHOP}`;
  }
}

/** Everything a visit to `route` means to the tracker. */
export function trackVisit(route: Route): void {
  document.title = titleOf(route);
  trackPageView({ title: document.title });
  if (route.page === 'product') {
    const product = findProduct(route.id);
    if (product) act('product_view', () => trackProductView(toTracked({ product, quantity: 1 })));
  }
  if (route.page === 'checkout') act('checkout_step', () => trackCheckoutStep({ step: 1, account_type: 'guest checkout' }));
  if (route.page === 'review') {
    act('checkout_step', () => trackCheckoutStep({ step: 2, delivery_method: 'standard delivery', payment_method: 'invoice' }));
  }
}

/** Tells the tracker that `by` pieces of a product went into (or, when negative, out of) the cart. */
export function trackCartChange(line: FilledLine, by: number): void {
  const { subtotal } = sumUp(cart.get(), codes.get());
  const event = {
    products: [toTracked({ product: line.product, quantity: Math.abs(by) })],
    total_value: subtotal / 100,
    currency: CURRENCY,
  };
  if (by > 0) act('add_to_cart', () => trackAddToCart(event));
  else act('remove_from_cart', () => trackRemoveFromCart(event));
}

export function trackOrder(order: Order): void {
  const lines = cart.get();
  const applied = codes.get();
  const totals = sumUp(lines, applied);
  act('transaction', () => trackTransaction({
    transaction_id: order.id,
    revenue: totals.total / 100,
    currency: CURRENCY,
    payment_method: 'invoice',
    total_quantity: totals.itemCount,
    shipping: totals.shipping / 100,
    discount_amount: totals.discount / 100,
    ...(applied.length > 0 && { discount_code: applied.join('+') }),
    products: fillLines(lines).map(toTracked),
    // The order empties the cart, which without this would count as full, and be abandoned.
    context: [{ schema: CART_SCHEMA, data: { total_value: 0, currency: CURRENCY } }],
  }));
}
