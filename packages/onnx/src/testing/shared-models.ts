import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of pretrained models beside the repository, or undefined where it is not there. */
export function sharedModels(): string | undefined {
  let folder = import.meta.dirname;
  while (folder !== dirname(folder)) {
    const models = join(folder, 'shared', 'models');
    if (existsSync(models)) return models;
    folder = dirname(folder);
  }
  return undefined;
}
