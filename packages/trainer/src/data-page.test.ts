import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { zipSync } from 'fflate';
import { ByteWriter, parquetWrite } from 'hyparquet-writer';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { check } from './index.js';
import { from, writeSquare } from './testing/squares.js';

const page = fileURLToPath(new URL('../../../docs/data.md', import.meta.url));
const examples = Array.from((await readFile(page, 'utf8')).matchAll(/```yaml\n([^]*?)```/g), ([, text]) =>
  String(text),
);

let folder: string;
const at = (path: string): string => join(folder, path);
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** All that the page's examples name. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sensorium-data-page-'));
  process.env['SENSORIUM_CACHE'] = at('cache');
  for (const name of ['photos/red', 'photos/blue', 'tables', 'shards']) await mkdir(at(name), { recursive: true });
  const photos = (['red', 'blue'] as const).flatMap((label) =>
    Array.from({ length: 6 }, (_, index) => ({ label, index, path: `photos/${label}/${index}.png` })),
  );
  for (const { label, index, path } of photos) await writeSquare(at(path), label, index);
  const table = `image,label\n${photos.map(({ path, label }) => `../${path},${label}\n`).join('')}`;
  await writeFile(at('tables/train.csv'), table);
  const pictures = await Promise.all(photos.map(async ({ path }) => [path, await readFile(at(path))] as const));
  await writeFile(at('data.zip'), zipSync({ 'tables/train.csv': encode(table), ...Object.fromEntries(pictures) }));
  await writeFile(
    at('photos.zip'),
    zipSync(Object.fromEntries(pictures.map(([path, bytes]) => [path.replace('photos/', ''), bytes]))),
  );
  const writer = new ByteWriter();
  void parquetWrite({
    writer,
    columnData: [
      { name: 'image', data: pictures.map(([, bytes]) => Uint8Array.from(bytes)), type: 'BYTE_ARRAY' },
      { name: 'label', data: photos.map(({ label }) => label), type: 'STRING' },
    ],
  });
  await writeFile(at('shards/0.parquet'), new Uint8Array(writer.getBuffer()));
  const samples = pictures.map(async ([, bytes], index) => {
    const { label } = photos[index] ?? expect.fail('a picture more than there are');
    const jpg = await sharp(bytes).jpeg().toBuffer();
    return [
      [`${index}.jpg`, jpg],
      [`${index}.cls`, encode(label)],
      [`${index}.json`, encode(JSON.stringify({ caption: `a ${label} square` }))],
    ] as const;
  });
  await writeFile(at('shards/0.tar'), tarOf((await Promise.all(samples)).flat()));
});
afterAll(() => rm(folder, { recursive: true }));

/** In the form ustar (POSIX.1-2017). */
function tarOf(files: readonly (readonly [path: string, content: Uint8Array])[]): Buffer {
  const blocks = files.flatMap(([path, content]) => {
    const header = Buffer.alloc(512);
    header.write(path, 0);
    header.write(content.length.toString(8).padStart(11, '0'), 124);
    header.fill(' ', 148, 156);
    header.write('0', 156);
    header.write('ustar\x0000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

it('docs/data.md has examples', () => expect(examples.length).toBeGreaterThan(6));

it.each(examples)('docs/data.md has an example that is read as it says: %#', async (text) => {
  const manifest = at('manifest.yaml');
  await writeFile(manifest, text);
  const checked = await check(manifest, { from });
  expect(checked.rows.train + checked.rows.validation).toBe(12);
  expect(checked.columns.map(({ missing }) => missing)).not.toContain(12);
});
