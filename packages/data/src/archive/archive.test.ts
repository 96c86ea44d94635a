import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressInside, blobAccess, disk, entryAddress, findEntry, readEntry, type RandomAccess } from '../index.js';
import { failure } from '../testing/failure.js';
import { fileServer } from '../testing/file-server.js';
import { header, tarBytes } from '../testing/tar.js';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'sensorium-archive-'))));
afterAll(() => rm(folder, { recursive: true }));

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const inMemory = (bytes: Uint8Array, name: string): RandomAccess =>
  blobAccess(new Blob([Uint8Array.from(bytes)]), name);

const long = `${'very/'.repeat(30)}long.txt`;
const content: Readonly<Record<string, string>> = {
  'a.txt': 'one',
  'b/ü.txt': 'two',
  [long]: 'three'.repeat(300),
  'empty.txt': '',
};
const zipped = (files: Readonly<Record<string, string>>, options: { level?: 0 | 6 } = {}): Uint8Array =>
  zipSync(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, encode(text)])), options);

const archives: Readonly<Record<string, Uint8Array>> = {
  'stored.zip': zipped(content, { level: 0 }),
  'deflated.zip': zipped(content, { level: 6 }),
  'files.tar': tarBytes(content),
};

describe.each(Object.keys(archives))('%s', (name) => {
  const bytes = archives[name] ?? expect.fail(name);

  it('gives each of its files, whatever it is called', async () => {
    const path = join(folder, name);
    await writeFile(path, bytes);
    const access = await disk.open(path);
    for (const [entry, text] of Object.entries(content)) expect(decode(await readEntry(access, entry))).toBe(text);
  });

  it('gives one file of a server without the others', async () => {
    const files = { 'large.bin': 'x'.repeat(3_000_000), ...content };
    const large = name.endsWith('zip') ? zipped(files, { level: 0 }) : tarBytes(files);
    await using server = await fileServer({ [name]: large });
    expect(decode(await readEntry(await disk.open(server.url + name), 'a.txt'))).toBe('one');
    expect(server.sent()).toBeLessThan(300_000);
  });

  it('says what it does not have, and what is nearest', async () => {
    for (const look of [readEntry, findEntry]) {
      const error = await failure(look(inMemory(bytes, name), 'a.text'));
      expect(error.code).toBe('SENSORIUM_NOT_FOUND');
      expect(error.message).toContain('Did you mean "a.txt"');
    }
  });

  it('gives no more bytes than are allowed', async () => {
    const error = await failure(readEntry(inMemory(bytes, name), long, { maxBytes: 1499 }));
    expect(error).toMatchObject({ code: 'SENSORIUM_MEDIA_TOO_LARGE', message: expect.stringContaining('1500 bytes') });
  });

  it('throws the reason of a signal', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(readEntry(inMemory(bytes, name), 'a.txt', { signal })).rejects.toThrow('enough');
  });

  it.each([0, 10, 0.5, 0.8])('is cut: %s', async (share) => {
    const cut = bytes.subarray(0, share < 1 ? bytes.length * share : share);
    const error = await failure(readEntry(inMemory(cut, name), 'empty.txt'));
    expect(['SENSORIUM_BAD_MEDIA', 'SENSORIUM_NOT_FOUND']).toContain(error.code);
    expect(error.location?.file).toBe(name);
  });

  it.each(['../up.txt', '/etc/passwd', 'a/../../b', 'C:\\autoexec.bat', '..\\up.txt'])(
    'is refused where a file would lie outside of it: %s',
    async (path) => {
      const files = { 'good.txt': 'good', [path]: 'bad' };
      const bytes = name.endsWith('zip') ? zipped(files) : tarBytes(files);
      const error = await failure(readEntry(inMemory(bytes, name), 'good.txt'));
      expect(error).toMatchObject({ code: 'SENSORIUM_BAD_MEDIA', location: { file: name } });
      expect(error.message).toContain(path);
    },
  );
});

describe('a zip that is made to fill memory', () => {
  it('is refused for a file that grows beyond measure, by its name, before anything is unpacked', async () => {
    const bytes = zipSync({ 'a.txt': encode('a'), 'zeros.bin': new Uint8Array(2 ** 25) }, { level: 9 });
    const error = await failure(readEntry(inMemory(bytes, 'bomb.zip'), 'a.txt'));
    expect(error.code).toBe('SENSORIUM_MEDIA_TOO_LARGE');
    expect(error.message).toMatch(/"zeros.bin", which grows from \d+ to 33554432 bytes/);
  });

  it('is refused for files that overlap', async () => {
    const bytes = Uint8Array.from(zipSync({ 'a.bin': encode('a'.repeat(1000)), 'b.bin': encode('b') }, { level: 0 }));
    const view = new DataView(bytes.buffer);
    const directory = view.getUint32(bytes.length - 6, true);
    const second = directory + 46 + 'a.bin'.length;
    // As large as the first, and where that is.
    for (const offset of [20, 24, 42]) view.setUint32(second + offset, view.getUint32(directory + offset, true), true);
    for (const offset of [20, 24]) view.setUint32(directory + offset, 1000, true);
    const error = await failure(readEntry(inMemory(bytes, 'overlap.zip'), 'a.bin'));
    expect(error).toMatchObject({ code: 'SENSORIUM_MEDIA_TOO_LARGE', message: expect.stringContaining('overlap') });
  });

  it('is damaged where a file holds more than it says', async () => {
    const bytes = Uint8Array.from(zipSync({ 'a.txt': encode('a'.repeat(5000)) }, { level: 6 }));
    const view = new DataView(bytes.buffer);
    const directory = view.getUint32(bytes.length - 6, true);
    view.setUint32(directory + 24, 100, true);
    const error = await failure(readEntry(inMemory(bytes, 'liar.zip'), 'a.txt'));
    expect(error).toMatchObject({
      code: 'SENSORIUM_BAD_MEDIA',
      message: expect.stringContaining('damaged file "a.txt"'),
    });
  });

  it('is not opened by a password that nobody gave', async () => {
    const bytes = Uint8Array.from(zipSync({ 'a.txt': encode('a') }, { level: 0 }));
    const directory = new DataView(bytes.buffer).getUint32(bytes.length - 6, true);
    bytes[directory + 8] = 1;
    // Twelve bytes stand before the content of what is encrypted.
    bytes[directory + 20] = 13;
    const error = await failure(readEntry(inMemory(bytes, 'secret.zip'), 'a.txt'));
    expect(error).toMatchObject({ code: 'SENSORIUM_BAD_MEDIA', message: expect.stringContaining('password') });
  });
});

describe('a tar', () => {
  it('has no links and folders among its files', async () => {
    const text = encode('x'.padEnd(512, '\0'));
    const parts = [
      header('link.txt', 0, '2'),
      header('folder/', 0, '5'),
      header('x.txt', 1, '0'),
      text,
      new Uint8Array(1024),
    ];
    const access = inMemory(Buffer.concat(parts), 'links.tar');
    expect(decode(await readEntry(access, 'x.txt'))).toBe('x');
    expect((await failure(readEntry(access, 'link.txt'))).message).toContain('has no file "link.txt"');
  });

  it('that is compressed as a whole is named as such', async () => {
    const error = await failure(readEntry(inMemory(gzipSync(tarBytes(content)), 'all.tar'), 'a.txt'));
    expect(error.hint).toContain('gunzip');
  });

  it('is damaged where a header does not add up', async () => {
    const bytes = tarBytes(content);
    bytes[0] = 0x7a;
    expect((await failure(readEntry(inMemory(bytes, 'bad.tar'), 'a.txt'))).code).toBe('SENSORIUM_BAD_MEDIA');
  });
});

describe('an address', () => {
  it.each([
    ['photos.zip!cats/1.png', 'photos.zip', 'cats/1.png'],
    ['/data/a.TAR!/b.txt', '/data/a.TAR', 'b.txt'],
    ['https://example.com/x.parquet?token=1!image/17', 'https://example.com/x.parquet?token=1', 'image/17'],
    ['a.zip!', 'a.zip', ''],
    ['a.zip!b.zip!c', 'a.zip', 'b.zip!c'],
  ])('leads into a file: %s', (address, container, entry) =>
    expect(entryAddress(address)).toEqual({ container, entry }),
  );

  it.each(['photo!1.png', 'a.zip', 'a.gzip!b', 'data:text/plain,a.zipper!b'])('is of another kind: %s', (address) =>
    expect(entryAddress(address)).toBeUndefined(),
  );

  const tables = { container: 'a.zip', entry: 'tables/' };
  it('begins at a folder in an archive', () => {
    expect(addressInside(tables, './x/1.png')).toBe('a.zip!tables/x/1.png');
    expect(addressInside(tables, '../images/1.png')).toBe('a.zip!images/1.png');
  });

  it.each(['../../1.png', '/etc/passwd', 'C:\\1.png', '..\\..\\1.png'])(
    'does not lead out of it: %s',
    async (address) => {
      const error = await failure(Promise.resolve().then(() => addressInside(tables, address)));
      expect(error.code).toBe('SENSORIUM_NO_PERMISSION');
    },
  );
});
