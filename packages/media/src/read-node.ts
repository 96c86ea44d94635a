import { isUrl } from './is-url.js';
import { fetchError } from './read-failure.js';
import { readHttp } from './read-http.js';
import type { ReadLimits } from './read-limits.js';
import { readLocal } from './read-local.js';
import { readUrl } from './read-url.js';

/** Reads what an address names, in Node: a path, or a URL of http, https, file, data or blob. */
export async function readNode(address: string, limits: ReadLimits): Promise<Uint8Array> {
  if (!isUrl(address) || /^file:/i.test(address)) return readLocal(address, limits);
  if (/^https?:/i.test(address)) return readHttp(address, limits);
  if (/^(data|blob):/i.test(address)) return readUrl(address, limits);
  throw fetchError(limits.name, {
    message: `addresses of ${address.slice(0, address.indexOf(':'))} are not read`,
    hint: 'Give a path, or an address of http, https, file or data.',
  });
}
