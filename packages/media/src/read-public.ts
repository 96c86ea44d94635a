import { lookup as lookUp, type LookupAddress } from 'node:dns';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** What the registries of IANA for special purposes keep out of the public internet, and forms that carry an IPv4 address. */
const ranges = [
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.0.2.0', 24, 'ipv4'],
  ['192.88.99.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['198.51.100.0', 24, 'ipv4'],
  ['203.0.113.0', 24, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  ['::', 96, 'ipv6'],
  ['64:ff9b::', 32, 'ipv6'],
  ['100::', 64, 'ipv6'],
  ['2001::', 23, 'ipv6'],
  ['2001:db8::', 32, 'ipv6'],
  ['2002::', 16, 'ipv6'],
  ['3fff::', 20, 'ipv6'],
  ['5f00::', 16, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['fec0::', 10, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
] as const;

/** IPv4 addresses inside of IPv6 (`::ffff:127.0.0.1`) count as what they are. */
const special = new BlockList();
for (const [start, bits, family] of ranges) special.addSubnet(start, bits, family);

/** Whether an IP address, in brackets or not, is one of the public internet. */
export function isPublic(address: string): boolean {
  const bare = address.replace(/^\[|\]$/g, '');
  return !special.check(bare, isIP(bare) === 6 ? 'ipv6' : 'ipv4');
}

/** Whether a URL's host is an IP address and not a name. */
export const isIpAddress = ({ hostname }: URL): boolean => isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;

/**
 * Looks a host up as Node does, and gives its public addresses only: what is checked is what is connected to. A host inside a
 * private network is as if it were not there.
 */
const lookUpPublic: LookupFunction = (hostname, options, callback) =>
  lookUp(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    const found = error ? [] : addresses.filter(({ address }) => isPublic(address));
    const [first] = found;
    if (error || !first) callback(error ?? noSuchHost(), []);
    else if (options.all) callback(null, found);
    else callback(null, first.address, first.family);
  });

const noSuchHost = (): NodeJS.ErrnoException => Object.assign(new Error('no public address'), { code: 'ENOTFOUND' });

/** Connections of their own: none that was made without the check is used again. */
export const publicAgents = {
  'http:': new HttpAgent({ keepAlive: true, lookup: lookUpPublic }),
  'https:': new HttpsAgent({ keepAlive: true, lookup: lookUpPublic }),
} as const;
