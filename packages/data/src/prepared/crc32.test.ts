import { crc32 as reference } from 'node:zlib';
import { expect, it } from 'vitest';
import { createRandom } from '../index.js';
import { crc32 } from './crc32.js';

it('is the CRC-32 of zlib, whatever the length', () => {
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  const bytes = createRandom(1).bytes(1000);
  for (const length of [0, 1, 2, 3, 4, 5, 7, 8, 63, 1000]) {
    expect(crc32(bytes.subarray(0, length)), `${length}`).toBe(reference(bytes.subarray(0, length)));
  }
});
