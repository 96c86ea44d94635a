import { createRandom } from '@sensorium/data';
import type { Motion } from '@sensorium/modality-motion';
import {
  createPluginResolver,
  partsOf,
  pluginAt,
  readManifest,
  resolveManifest,
  type ManifestResolution,
} from '@sensorium/orchestrator';
import { renderScene, sceneExamples, type SceneExample } from '@sensorium/starter/scenes';
import { standardPackages } from '@sensorium/web';

/** Rows of the table that stands in for a person's own. */
const ROWS = 24;
const QUESTIONS_PER_SCENE = 4;

type Value = string | number | object;

/** One value of each kind of values, made of a question about a scene. */
const values: Readonly<Record<string, (example: SceneExample, row: number) => Value>> = {
  image: ({ scene }) => renderScene(scene),
  text: ({ question }) => question,
  category: ({ answer }) => answer,
  number: (_, row) => Math.round(100 * createRandom(row, 'number').uniform()) / 10,
  motion: (_, row) => wave(row),
};

/** Two seconds of three channels. */
function wave(row: number): Motion {
  const random = createRandom(row, 'motion');
  const rows = 100;
  const data = Float32Array.from({ length: 3 * rows }, (_, at) => Math.sin(at / (5 + row)) + 0.1 * random.normal());
  return { channels: ['accX', 'accY', 'accZ'], time: 50, values: data };
}

/** A table with a column for all that a manifest reads, so that it can be planned without data. */
export async function madeUpRows(yaml: string): Promise<object[]> {
  const read = await readManifest(yaml);
  const resolution = await resolveManifest(read, createPluginResolver({ packages: standardPackages }));
  const columns = columnsOf(resolution);
  const examples = sceneExamples({
    seed: 1,
    scenes: ROWS / QUESTIONS_PER_SCENE,
    questionsPerScene: QUESTIONS_PER_SCENE,
    split: 'validation',
    mostObjects: 2,
  });
  return [...examples].map((example, row) =>
    Object.fromEntries(columns.map(({ name, modality, many }) => [name, cell(modality, many, example, row)])),
  );
}

interface MadeUpColumn {
  readonly name: string;
  readonly modality: string;
  readonly many: boolean;
}

function columnsOf({ manifest, plugins }: ManifestResolution): MadeUpColumn[] {
  return partsOf(manifest).flatMap((part) => {
    const { plugin } = pluginAt(plugins, part);
    if (part.section === 'fusions' || plugin.kind === 'fusion' || plugin.kind === 'backend' || !plugin.modality) return [];
    const own = part.section === 'inputs' ? manifest.inputs[part.name] : manifest.heads[part.name];
    const names = [own?.column ?? []].flat();
    const many = part.section === 'inputs' && manifest.inputs[part.name]?.many != null;
    const modality = plugin.modality.name;
    return names.map((name) => ({ name, modality, many }));
  });
}

function cell(modality: string, many: boolean, example: SceneExample, row: number): Value | null {
  const value = values[modality]?.(example, row) ?? null;
  return many ? [value] : value;
}
