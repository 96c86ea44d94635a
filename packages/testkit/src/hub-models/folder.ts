import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The files of a model, by their paths in its folder. */
export type Model = ReadonlyMap<string, Uint8Array>;

export async function writeModel(folder: string, model: Model): Promise<void> {
  for (const [name, bytes] of model) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), bytes);
  }
}
