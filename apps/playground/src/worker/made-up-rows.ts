import { modalityOf, required } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import type { Raster } from '@sensorium/media';
import type { Motion } from '@sensorium/modality-motion';
import {
  createPluginResolver,
  partsOf,
  pluginAt,
  readManifest,
  resolveManifest,
  type ManifestResolution,
  type Part,
} from '@sensorium/orchestrator';
import { renderScene, sceneExamples, type Scene, type SceneExample } from '@sensorium/starter/scenes';
import { standardPackages } from '@sensorium/web';

/** Rows of the table that stands in for a person's own: enough for a batch of usual size. */
const ROWS = 96;
const QUESTIONS_PER_SCENE = 8;

type Value = string | number | object;

/** One value of each kind of values, made of a question about a scene. */
const values: Readonly<Record<string, (example: SceneExample, row: number) => Value>> = {
  image: ({ scene }) => pictureOf(scene),
  text: ({ question }) => question,
  category: ({ answer }) => answer,
  number: (_, row) => Math.round(100 * createRandom(row, 'number').uniform()) / 10,
  motion: (_, row) => wave(row),
};

const pictures = new Map<Scene, Raster>();

/** Each is drawn once. */
function pictureOf(scene: Scene): Raster {
  const picture = pictures.get(scene) ?? renderScene(scene);
  pictures.set(scene, picture);
  return picture;
}

const examples: readonly SceneExample[] = [
  ...sceneExamples({
    seed: 1,
    scenes: ROWS / QUESTIONS_PER_SCENE,
    questionsPerScene: QUESTIONS_PER_SCENE,
    split: 'validation',
    mostObjects: 2,
  }),
];

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
  return examples.map((example, row) =>
    Object.fromEntries(columns.map((column) => [column.name, cell(column, example, row)])),
  );
}

interface MadeUpColumn {
  readonly name: string;
  readonly modality: string;
  readonly many: boolean;
  /** Where the manifest itself says which there are. */
  readonly labels: readonly string[] | undefined;
}

function columnsOf({ manifest, plugins }: ManifestResolution): MadeUpColumn[] {
  return partsOf(manifest).flatMap((part) => {
    const { plugin } = pluginAt(plugins, part);
    const modality = modalityOf(plugin, part.options)?.name;
    if (part.section === 'fusions' || modality === undefined) return [];
    const { column, many = null }: { column: string | readonly string[] | null; many?: number | null } = required(
      manifest[part.section][part.name],
      part.key,
    );
    return [column ?? []].flat().map((name) => ({ name, modality, many: many !== null, labels: labelsOf(part) }));
  });
}

function labelsOf({ options: { labels } }: Part): string[] | undefined {
  return Array.isArray(labels) ? labels.map(String) : undefined;
}

function cell({ modality, many, labels }: MadeUpColumn, example: SceneExample, row: number): Value | null {
  const value = labels?.[row % labels.length] ?? values[modality]?.(example, row) ?? null;
  return many && value !== null ? [value] : value;
}
