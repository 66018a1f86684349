const format = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });
const formatWhole = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD', maximumFractionDigits: 0 });

/** `cents` as "$28.00". */
export function showCents(cents: number): string {
  return format.format(cents / 100);
}

/** A catalogue price in dollars as "$28". */
export function showPrice(dollars: number): string {
  return formatWhole.format(dollars);
}
