// Who asks, as limits see it.

const LOOPBACK = /^(127\.|::1$)/;

/** IPv4 as a dual-stack socket names it, without the zone of IPv6. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');

export const isLoopback = (address: string): boolean => LOOPBACK.test(plain(address));

/** What counts as one: an IPv4 address, or the first 64 bits of an IPv6 one, as whoever has one of those has all the rest of them. */
export function networkOf(address: string): string {
  const text = plain(address);
  if (!text.includes(':')) return text;
  const [head = '', tail] = text.split('::');
  const groups = (part: string | undefined): string[] => (part ? part.split(':') : []);
  const [left, right] = [groups(head), groups(tail)];
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  const whole = tail === undefined ? left : [...left, ...zeros, ...right];
  return whole.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16)).join(':');
}
