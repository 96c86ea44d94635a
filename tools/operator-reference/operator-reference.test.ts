import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createReference } from './reference.mjs';

it('is up to date; if not: npm run generate -w @sensorium/operator-reference', async () => {
  const { url, text } = await createReference();
  expect(readFileSync(url, 'utf8')).toBe(text);
});
