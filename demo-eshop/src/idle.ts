import bundle from './definitions.json';

const DEFAULT_MINUTES = 15;

/** Minutes of quiet after which a full cart counts as abandoned: 15, or as `?idle=20s`, `?idle=0.5` (minutes) says. */
export function readIdleMinutes(query: string): number {
  const match = /^(\d+(?:\.\d+)?)(s|m|min)?$/.exec(new URLSearchParams(query).get('idle') ?? '');
  if (!match) return DEFAULT_MINUTES;
  const amount = Number(match[1]);
  const minutes = match[2] === 's' ? amount / 60 : amount;
  return minutes > 0 ? minutes : DEFAULT_MINUTES;
}

export function showWait(minutes: number): string {
  const [amount, unit] = minutes < 1 ? [Math.round(minutes * 60), 'second'] : [minutes, 'minute'];
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`;
}

export const idleMinutes = readIdleMinutes(location.search);
export const isShortened = idleMinutes !== DEFAULT_MINUTES;

/** The shop's definitions with the wait of `cart_abandonment_discount` set to `minutes`. */
export function definitionsWith(minutes: number): typeof bundle {
  const copy = structuredClone(bundle);
  for (const { criteria } of copy.interventions) {
    for (const criterion of 'all' in criteria ? criteria.all ?? [] : []) {
      if (criterion.attribute === 'cart_activity:minutes_since_last_activity') criterion.value = minutes;
    }
  }
  return copy;
}
