import { dismissIntervention, type Intervention } from '@oncue/react';
import { cart } from '../cart';
import type { Code } from '../codes';

/** What the shop says when an intervention fires. */
export interface Answer {
  title: string;
  text: string;
  tone: 'clay' | 'sage' | 'indigo' | 'honey';
  code?: Code;
  /** Makes no sense without anything in the cart. */
  isAboutCart?: boolean;
  link?: { to: string; label: string };
}

/** By the intervention's name. */
const answers: Record<string, Answer> = {
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
  across_devices: {
    title: 'Five beautiful things, one of you.',
    text: 'Wherever you looked, take a little off with',
    tone: 'sage',
    code: 'SAVE10',
  },
  cart_abandonment_discount: {
    title: 'Still thinking? Here is 15% off.',
    text: 'Your cart is waiting. Stay with',
    tone: 'honey',
    isAboutCart: true,
    code: 'STAY15',
  },
};

/** Interventions that the shop was not made for: somebody sent them to this visitor, or published them since. */
const others = new Set<string>();

/** `free_gift` -> `Free gift` */
const inWords = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ');

/** What the shop says; to an intervention that it does not know, what that brings along in `title` and `text`. */
export function answerTo({ name, attributes: { title, text } }: Intervention): Answer {
  return answers[name] ?? { title: String(title ?? inWords(name)), text: String(text ?? ''), tone: 'indigo' };
}

/** Whether the shop has something to say just now. */
export function isFitting(name: string): boolean {
  const answer = answers[name];
  if (!answer) others.add(name);
  // The order's event does not speak of the cart, so time can also fire for one that has become an order.
  return !(answer?.isAboutCart && cart.get().length === 0);
}

export function closeAllBanners(): void {
  [...Object.keys(answers), ...others].forEach(dismissIntervention);
}

/** Closes what speaks of a cart that is now an order; the discount is for the next one. */
export function closeCartBanners(): void {
  for (const [name, { isAboutCart }] of Object.entries(answers)) {
    if (isAboutCart) dismissIntervention(name);
  }
}
