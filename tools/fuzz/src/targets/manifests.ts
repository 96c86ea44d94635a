import { copyFile, writeFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import type { ResolvedManifest } from '@sensorium/contracts';
import { createPluginResolver, readManifest, resolveManifest } from '@sensorium/orchestrator';
import { check, type Checked } from '@sensorium/trainer';
import { standardPackages as packages } from '@sensorium/web';
import { once } from '../once.js';
import type { Target } from '../process/judge.js';
import { writeSamples } from '../samples.js';
import { requireSane } from './insane.js';

/** Tables and files beside a manifest, as its seeds name them. */
const samplesHere = once(() => writeSamples('.'));

/** Checks a manifest as a whole, with the training that it describes. */
export const readManifestFile: Target = async ({ file, bytes }) => {
  await samplesHere();
  await writeFile(file, bytes);
  // A manifest may name itself as a table.
  await copyFile(file, `copy-of-${file}`);
  const checked = await check(`./${file}`, { packages, from: [] });
  requireChecked(checked);
  await requireSameAgain(checked);
};

function requireChecked({ plan, steps }: Checked): void {
  const counts = [plan.parameters, steps.all, steps.perEpoch];
  requireSane(
    counts.every((count) => Number.isSafeInteger(count) && count > 0),
    `counts of ${counts.join(', ')}`,
  );
}

/** As a model's folder has it, with every default spelled out, a manifest means the same. */
async function requireSameAgain({ manifest }: Checked): Promise<void> {
  const resolver = createPluginResolver({ packages, from: [] });
  const again = await resolveManifest(await readManifest({ ...manifest, built: {} }), resolver);
  const differing = Object.entries(manifest).filter(
    ([key, value]) => !isSame(value, again.manifest[key as keyof ResolvedManifest]),
  );
  requireSane(
    differing.length === 0,
    `spelled out, it means something else: ${JSON.stringify(differing).slice(0, 1000)}`,
  );
}

const isSame = (a: unknown, b: unknown): boolean =>
  isDeepStrictEqual(
    ...([a, b].map((value) => JSON.parse(JSON.stringify(value ?? null)) as unknown) as [unknown, unknown]),
  );
