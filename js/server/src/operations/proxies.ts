// Which proxies' word on who asks is taken.
import { BlockList, isIP } from 'node:net';

/** What the names stand for, as Fastify reads them. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.1/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/** @throws when it is neither an address, nor a network, nor a name of several */
export function checkProxy(text: string): void {
  const [address = '', bits, more] = text.split('/');
  const version = isIP(address);
  const isNetwork = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
  if (Object.hasOwn(NAMES, text) || (version > 0 && isNetwork && more === undefined)) return;
  throw new Error(`The proxy "${text}" is no address: give one such as 10.0.0.7, a network such as 10.0.0.0/8, or ${Object.keys(NAMES).join(', ')}`);
}

/** @param proxies that have been checked @returns whether a connection comes from one of them */
export function proxyTest(proxies: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const text of proxies.flatMap((one) => NAMES[one] ?? [one])) {
    const [address = '', bits] = text.split('/');
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
    list.addSubnet(address, Number(bits ?? (family === 'ipv4' ? 32 : 128)), family);
  }
  return (address) => list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
