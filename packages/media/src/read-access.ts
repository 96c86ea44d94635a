import { SensoriumError } from '@sensorium/contracts';

/** What may be read for somebody else. Data URLs hold their bytes themselves and are always read. */
export interface Access {
  /** Folders below which files may be read, as paths or file URLs. Links are followed as long as they stay there. Default: none. */
  readonly folders?: readonly (string | URL)[];
  /**
   * Hosts of http and https addresses: `images.example.com`, `localhost:8080`, `*.example.com` (all hosts below it), `*` (all).
   * Without a port, that of the protocol. Hosts that a `*` stands for must have public addresses; one with its own name may
   * be inside a private network. Default: none.
   */
  readonly hosts?: readonly string[];
}

/** Whether a host may be in a private network: only where it was named itself. */
export type HostRule = 'anywhere' | 'public';

interface HostPattern {
  /** `example.com` of `*.example.com`; empty for `*`. */
  readonly name: string;
  /** Empty: that of the protocol. */
  readonly port: string;
  readonly wild: boolean;
}

/** Throws SENSORIUM_USAGE where a host is none. */
export const checkAccess = ({ hosts = [] }: Access): void => void hosts.map(parseHost);

/**
 * Whether `url`, of http or https, may be read, and where its host may be. Throws SENSORIUM_NO_PERMISSION.
 *
 * @param name how errors call it
 */
export function hostRule(url: URL, { hosts = [] }: Access, name: string): HostRule {
  const matching = hosts.map(parseHost).filter((pattern) => matches(pattern, url));
  if (matching.length === 0) throw notAllowed(name);
  return matching.every(({ wild }) => wild) ? 'public' : 'anywhere';
}

/** The same for everything that may not be read: it does not tell what there is. */
export const notAllowed = (name: string): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_NO_PERMISSION',
    message: `"${name}" may not be read: it is none of the folders and hosts that this program lets others name`,
    hint: 'Send the bytes themselves. The program can allow more by the option "access".',
    location: { file: name },
  });

function matches({ name, port, wild }: HostPattern, url: URL): boolean {
  if (url.port !== port && portOf(url) !== port) return false;
  const host = withoutDot(url.hostname);
  return wild ? name === '' || host.endsWith(`.${name}`) : host === name;
}

const portOf = ({ port, protocol }: URL): string => port || (protocol === 'https:' ? '443' : '80');

/** `example.com.` is `example.com`: the dot says that no domain is to be added. */
const withoutDot = (host: string): string => host.replace(/\.$/, '');

function parseHost(written: string): HostPattern {
  const [, star = '', host = '', port = ''] = /^(\*\.?)?(\[[^\]]+\]|[^*:/?#@\\\s]*)(?::(\d+))?$/.exec(written) ?? [];
  const name = host === '' ? '' : hostnameOf(host);
  const isWhole = star === '*' ? host === '' : name !== undefined && name !== '';
  if (name === undefined || !isWhole) throw noHost(written);
  return { name, port, wild: star !== '' };
}

/** As URLs have it: small letters, Punycode, addresses in their usual form. */
function hostnameOf(host: string): string | undefined {
  try {
    return withoutDot(new URL(`http://${host}`).hostname);
  } catch {
    return undefined;
  }
}

const noHost = (written: string): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_USAGE',
    message: `"${written}" is not a host`,
    hint: 'Write hosts as "images.example.com", "localhost:8080", "*.example.com", or "*" for all.',
    location: { key: 'access.hosts' },
  });
