// Trains, answers, loads a model that is served and one that is not: the title tells how it went.
import { loadPipeline, SensoriumError, train, type Manifest } from '@sensorium/web';

async function moodOf(text: string): Promise<string | undefined> {
  const rows = ['good', 'bad'].flatMap((mood) =>
    Array.from({ length: 8 }, (_, row) => ({ text: `${mood} ${row}`, mood })),
  );
  const manifest: Manifest = {
    sensorium: 1,
    inputs: { text: 'text' },
    heads: { mood: 'classification' },
    training: { epochs: 2 },
  };
  const pipeline = await loadPipeline(await train(manifest, { rows }));
  const { mood } = await pipeline.run({ text });
  await pipeline.dispose();
  return mood?.text;
}

async function headOf(model: string): Promise<string | undefined> {
  const pipeline = await loadPipeline(model);
  await pipeline.dispose();
  return Object.keys(pipeline.manifest.heads)[0];
}

const errorOf = (error: unknown): object =>
  SensoriumError.is(error) ? { code: error.code, message: error.message } : { message: String(error) };

try {
  const lost = await headOf('/no-model').then(() => ({}), errorOf);
  document.title = JSON.stringify({ mood: await moodOf('good'), starter: await headOf('/model'), lost });
} catch (error) {
  document.title = JSON.stringify(errorOf(error));
}
