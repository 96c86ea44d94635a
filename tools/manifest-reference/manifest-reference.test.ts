import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createReference } from './reference.mjs';

it('is up to date; if not: npm run generate -w @sensorium/manifest-reference', async () => {
  for (const { url, text } of await createReference()) {
    expect(existsSync(url), url.pathname).toBe(true);
    expect(readFileSync(url, 'utf8')).toBe(text);
  }
});
