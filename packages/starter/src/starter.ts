import { readFile } from 'node:fs/promises';

/** The folder of the embedded model: it answers questions about pictures of the scenes world. */
export const starterModel = new URL('../model/', import.meta.url);

/** A picture that ships with this package, and a question about it. */
export interface StarterSample {
  readonly image: URL;
  readonly question: string;
  /** The answer that the scene's description gives. */
  readonly answer: string;
}

const samples = new URL('../samples/', import.meta.url);

/** The sample pictures, each with its questions. Scenes that the model was neither trained nor tested on. */
export async function starterSamples(): Promise<StarterSample[]> {
  const rows = JSON.parse(await readFile(new URL('samples.json', samples), 'utf8')) as Record<
    'image' | 'question' | 'answer',
    string
  >[];
  return rows.map(({ image, question, answer }) => ({ image: new URL(image, samples), question, answer }));
}

/** Where the packages of the embedded model's parts are found: give it to `loadPipeline` as `from`. */
export const starterPackage = new URL('../package.json', import.meta.url);
