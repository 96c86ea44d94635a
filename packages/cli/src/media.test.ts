import { image } from '@sensorium/modality-image';
import { text } from '@sensorium/modality-text';
import { decodeImage } from '@sensorium/media';
import { expect, it } from 'vitest';
import { extensionOf, predictionsToJson, type MediaFile } from './media.js';

const value = { width: 2, height: 1, channels: 1 as const, data: Uint8Array.of(0, 255) };
const predictions = {
  photo: { text: 'a picture', media: { modality: image, value } },
  words: { text: 'so', media: { modality: text, value: 'so' } },
  label: { text: 'red', confidence: 0.5, own: [1] },
};

it('says of media what they are where no files are asked for', async () => {
  expect(await predictionsToJson(predictions)).toEqual({
    photo: { text: 'a picture', media: { modality: 'image' } },
    words: { text: 'so', media: { modality: 'text' } },
    label: { text: 'red', confidence: 0.5, own: [1] },
  });
});

it('writes media whose modality has files', async () => {
  const written: Record<string, MediaFile> = {};
  const json = await predictionsToJson(predictions, async (head, file) => {
    written[head] = file;
    return `${head}.${extensionOf(file.type)}`;
  });
  expect(json['photo']?.media).toEqual({ modality: 'image', file: 'photo.png', type: 'image/png' });
  expect(json['words']?.media).toEqual({ modality: 'text' });
  expect(Object.keys(written)).toEqual(['photo']);
  expect(await decodeImage((written['photo'] as MediaFile).bytes)).toEqual(value);
});

it('knows the extensions of media types', () => {
  expect(['image/png', 'audio/x-wav', 'image/svg+xml', 'text/csv; charset=utf-8'].map(extensionOf)).toEqual([
    'png',
    'wav',
    'svg',
    'csv',
  ]);
});
