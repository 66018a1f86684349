import { cart } from '../cart';
import type { Code } from '../codes';
import { createStore } from '../store';

export interface Banner {
  /** The intervention's name. */
  name: string;
  title: string;
  text: string;
  tone: 'clay' | 'sage' | 'indigo' | 'honey';
  code?: Code;
  /** Makes no sense without anything in the cart. */
  isAboutCart?: boolean;
  link?: { to: string; label: string };
}

/** The shop's answer to each intervention. */
const answers: Record<string, Omit<Banner, 'name'>> = {
  discount: {
    title: '10% off your next purchase!',
    text: 'You have a good eye. Take a little off with',
    tone: 'clay',
    code: 'SAVE10',
  },
  cart_abandonment: {
    title: "Don't forget your items in cart!",
    text: 'We keep them warm for you.',
    tone: 'sage',
    isAboutCart: true,
    link: { to: '/cart', label: 'View cart' },
  },
  free_shipping: {
    title: 'Free shipping on orders over $100!',
    text: 'This parcel is on us, with',
    tone: 'indigo',
    isAboutCart: true,
    code: 'FREE',
  },
  cart_abandonment_discount: {
    title: 'Still thinking? Here is 15% off.',
    text: 'Your cart is waiting. Stay with',
    tone: 'honey',
    isAboutCart: true,
    code: 'STAY15',
  },
};

/** Open banners, newest first. */
export const banners = createStore<Banner[]>([]);

export const interventionNames = Object.keys(answers);

export function showBanner(name: string): void {
  const answer = answers[name];
  // The definitions sum what was ever added, so time can also fire for a cart that has since become an order.
  if (!answer || (answer.isAboutCart && cart.get().length === 0)) return;
  banners.set((open) => [{ name, ...answer }, ...open.filter((banner) => banner.name !== name)]);
}

export function closeBanner(name: string): void {
  banners.set((open) => open.filter((banner) => banner.name !== name));
}

export function closeAllBanners(): void {
  banners.set([]);
}

/** Closes what speaks of a cart that is now an order; the discount is for the next one. */
export function closeCartBanners(): void {
  banners.set((open) => open.filter((banner) => !banner.isAboutCart));
}
