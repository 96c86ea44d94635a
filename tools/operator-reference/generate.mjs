// Writes docs/operators.md. Needs the packages built.
import { renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createReference } from './reference.mjs';

const { url, text } = await createReference();
const file = fileURLToPath(url);
writeFileSync(`${file}.new`, text);
renameSync(`${file}.new`, file);
console.log(file);
