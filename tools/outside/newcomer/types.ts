// What a program in TypeScript says of Sensorium's types, under every way of finding modules.
import {
  check,
  evaluate,
  loadPipeline,
  SensoriumError,
  train,
  type CaptionPrediction,
  type ClassificationPrediction,
  type EmbeddingPrediction,
  type Manifest,
  type Pipeline,
  type RegressionPrediction,
  type Source,
  type Trained,
} from 'sensorium';

interface Shop {
  inputs: { photo: Source | null; title: string };
  heads: {
    kind: ClassificationPrediction;
    price: RegressionPrediction;
    caption: CaptionPrediction;
    place: EmbeddingPrediction;
  };
}

const manifest: Manifest = { sensorium: 1, inputs: { photo: 'image', title: 'text' }, fusion: 'attention', heads: {} };
const trained: Trained = await train(manifest, { rows: [], signal: AbortSignal.timeout(1000) });
const plan = await check(manifest);
const { scores } = await evaluate(trained, { data: 'test.csv' });
const pipeline: Pipeline<Shop> = await loadPipeline<Shop>(trained, { backend: ['cuda', 'cpu'] });

try {
  const { kind, price, caption } = await pipeline.run({ photo: new Blob(), title: 'a chair' });
  const told: readonly [string, number, number, string] = [kind.label, kind.probability, price.value, caption.text];
  console.log(told, plan.notes, scores['kind']?.metrics['accuracy']?.value);
  // @ts-expect-error There is no such input.
  await pipeline.run({ picture: 'a.jpg', title: '' });
  // @ts-expect-error A classification has no value.
  console.log(kind.value);
} catch (error) {
  if (!SensoriumError.is(error)) throw error;
  console.error(error.code, error.hint);
} finally {
  await pipeline.dispose();
}
