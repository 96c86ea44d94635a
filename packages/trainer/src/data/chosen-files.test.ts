import { sha256 } from '@sensorium/data';
import { platform } from '@sensorium/orchestrator';
import { expect, it } from 'vitest';
import { chosenOrigin } from './chosen-origin.js';

const files = new Map([
  ['tables/train.csv', new Blob(['image\n../photos/a.png\n'])],
  ['photos/a.png', new Blob(['a picture'])],
]);
const origin = chosenOrigin(files, platform);
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

it('are found by their paths, from the top or from the folder of a table', async () => {
  expect(text(await origin.read('./tables/train.csv'))).toContain('photos');
  expect(text(await origin.files.io().read('photos/a.png'))).toBe('a picture');
  const beside = origin.filesFrom('tables');
  expect(text(await beside.io().read('../photos/a.png'))).toBe('a picture');
  const hash = await sha256('a picture');
  expect(await beside.contentOf('../photos/a.png')).toEqual({ hash, wasRead: true });
  expect(await beside.contentOf('../photos/a.png')).toEqual({ hash, wasRead: false });
  await expect(beside.find('../photos/a.png')).resolves.toBeUndefined();
});

it('say what is not among them', async () => {
  const missing = { code: 'SENSORIUM_NOT_FOUND', location: { file: 'photos/b.png' } };
  await expect(origin.read('photos/b.png')).rejects.toMatchObject(missing);
  await expect(origin.filesFrom('tables').find('../photos/b.png')).rejects.toMatchObject({
    ...missing,
    message: expect.stringContaining('Did you mean "photos/a.png"?') as string,
  });
});

it('are not asked for addresses elsewhere', async () => {
  const address = 'https://localhost/a.png';
  await expect(origin.files.find(address)).resolves.toBeUndefined();
  expect(await origin.files.contentOf(address)).toEqual({ hash: address, wasRead: false });
});
