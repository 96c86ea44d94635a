// Writes docs/manifest.md, and manifest.schema.json for docs and for @sensorium/contracts. Needs the packages built.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createReference } from './reference.mjs';

for (const { url, text } of await createReference()) {
  const file = fileURLToPath(url);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
  console.log(file);
}
