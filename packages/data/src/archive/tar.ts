import type { RandomAccess } from '../bytes/random-access.js';
import { archiveOf, type Archive, type ArchiveFile } from './archive.js';
import { badArchive } from './archive-error.js';
import { isEmptyBlock, parseHeader, parsePax, textOf, type TarHeader } from './tar-header.js';

const BLOCK = 512;

/** Of names and attributes that stand before a file. */
const MOST_EXTRA_BYTES = 2 ** 20;

/** Header by header: contents are passed over. */
const READ_AHEAD = 2 ** 16;

const types = { file: ['0', '', '7'], pax: 'x', longName: 'L' } as const;

/**
 * Reads what is in a tar (ustar, pax or GNU), header by header. Links and devices are left out. Throws SENSORIUM_BAD_MEDIA
 * for what is no tar, compressed or cut, what `archiveOf` throws, and the signal's reason.
 */
export async function openTar(access: RandomAccess, signal?: AbortSignal): Promise<Archive> {
  const files: ArchiveFile[] = [];
  const blocks = new Blocks(access, signal);
  let extra: Partial<Pick<TarHeader, 'path' | 'size'>> = {};
  let last = '';
  checkBeginning(await blocks.read(0, Math.min(access.size, BLOCK)), access.name);
  for (let at = 0; ;) {
    if (at + BLOCK > access.size) throw cut(access.name, last);
    const block = await blocks.read(at, BLOCK);
    if (isEmptyBlock(block)) break;
    const header = { ...parseHeader(block, access.name), ...extra };
    const start = at + BLOCK;
    if (start + header.size > access.size) throw cut(access.name, header.path);
    extra = await extraOf(header, start, blocks, access.name);
    if (isFile(header)) files.push(fileOf(header, start, access));
    last = header.path;
    at = start + Math.ceil(header.size / BLOCK) * BLOCK;
  }
  if (files.length === 0) throw badArchive(access.name, 'has no files');
  return archiveOf(access, files);
}

function checkBeginning([first, second]: Uint8Array, name: string): void {
  if (first !== 0x1f || second !== 0x8b) return;
  const hint = 'Unpack it with gunzip: what remains is a .tar.';
  throw badArchive(name, 'is compressed as a whole, so that nothing in it can be read alone', hint);
}

const isFile = ({ type, path }: TarHeader): boolean =>
  (types.file as readonly string[]).includes(type) && !path.endsWith('/');

/** What a header without a file says of the next one. */
async function extraOf({ type, path, size }: TarHeader, start: number, blocks: Blocks, name: string) {
  if (type !== types.pax && type !== types.longName) return {};
  if (size > MOST_EXTRA_BYTES) throw badArchive(name, `has ${size} bytes of attributes in "${path}"`);
  const bytes = await blocks.read(start, size);
  return type === types.pax ? parsePax(bytes) : { path: textOf(bytes) };
}

const fileOf = ({ path, size }: TarHeader, start: number, access: RandomAccess): ArchiveFile => ({
  path: path.replace(/^(?:\.\/)+/, ''),
  size,
  storedSize: size,
  read: (signal) => access.read(start, start + size, signal),
});

const cut = (name: string, path: string): Error =>
  badArchive(
    name,
    `is cut${path && ` at "${path}"`}: the two empty blocks at its end are missing`,
    'Copy or download it again.',
  );

/** Small parts of a file, read in larger ones. */
class Blocks {
  private start = 0;
  private bytes: Uint8Array = new Uint8Array();

  constructor(
    private readonly access: RandomAccess,
    private readonly signal: AbortSignal | undefined,
  ) {}

  async read(at: number, length: number): Promise<Uint8Array> {
    if (at < this.start || at + length > this.start + this.bytes.length) {
      const end = Math.min(at + Math.max(length, READ_AHEAD), this.access.size);
      this.bytes = await this.access.read(at, end, this.signal);
      this.start = at;
    }
    return this.bytes.subarray(at - this.start, at - this.start + length);
  }
}
