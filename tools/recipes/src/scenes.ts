import { writeCaptionTable } from '@sensorium/starter/tables';

const SEED = 2026;
/** As many as the embedded model knows. */
const MOST_OBJECTS = 2;
const TABLES = [
  { split: 'train', scenes: 16_000 },
  { split: 'validation', scenes: 400 },
  { split: 'test', scenes: 1000 },
] as const;

/** Writes pictures of the scenes world with a caption each: train.csv, validation.csv and test.csv. */
export async function makeScenes(folder: string): Promise<void> {
  for (const table of TABLES) await writeCaptionTable(folder, { ...table, seed: SEED, mostObjects: MOST_OBJECTS });
}
