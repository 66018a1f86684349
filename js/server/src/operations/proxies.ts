// Which proxies' word on who asks is taken.
import { isIP } from 'node:net';

const NAMES = ['loopback', 'linklocal', 'uniquelocal'];

/** @throws when it is neither an address, nor a network, nor a name of several */
export function checkProxy(text: string): void {
  const [address = '', bits, more] = text.split('/');
  const version = isIP(address);
  const isNetwork = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
  if (NAMES.includes(text) || (version > 0 && isNetwork && more === undefined)) return;
  throw new Error(`The proxy "${text}" is no address: give one such as 10.0.0.7, a network such as 10.0.0.0/8, or ${NAMES.join(', ')}`);
}
