import { SensoriumError } from '@sensorium/contracts';
import { image } from '@sensorium/encoder-image';
import { text } from '@sensorium/encoder-text';
import { film } from '@sensorium/fusion-film';
import { classification, type ClassificationPrediction } from '@sensorium/head-classification';
import { loadPipeline, type Pipeline } from '@sensorium/orchestrator';
import manifestUrl from '@sensorium/starter/model/manifest.json?url';
import modelUrl from '@sensorium/starter/model/model.onnx?url';
import { answerOf, type Answer } from './answer.js';
import { runOn, type Choice, type RunsOn } from './backend.js';

/** What the embedded model reads and answers. */
interface Starter {
  readonly inputs: { readonly image: Blob; readonly question: string };
  readonly heads: { readonly answer: ClassificationPrediction };
}

/** At hand, and not fetched when the model is: that comes before the first answer. */
const plugins = [image, text, film, classification];

/** The files of the embedded model, which the page brings along. */
const starterFiles = once(async () => {
  const [manifest, model] = await Promise.all([manifestUrl, modelUrl].map(download));
  return { manifest: JSON.parse(new TextDecoder().decode(manifest)) as object, model: model as Uint8Array };
});

type Backend = RunsOn['backend'];

const pipelines = new Map<Backend, Promise<Pipeline<Starter>>>();

function pipelineOn(backend: Backend): Promise<Pipeline<Starter>> {
  const opened = pipelines.get(backend) ?? open(backend);
  pipelines.set(backend, opened);
  opened.catch(() => pipelines.delete(backend));
  return opened;
}

const open = async (backend: Backend): Promise<Pipeline<Starter>> =>
  loadPipeline<Starter>(await starterFiles(), { plugins, backend });

/** Answers a question about a picture. Throws what loading and decoding throw. */
export async function ask({
  image,
  question,
  backend: choice,
}: Starter['inputs'] & { readonly backend: Choice }): Promise<Answer> {
  // Model and backend are fetched side by side.
  starterFiles().catch(() => undefined);
  const { result, runsOn } = await runOn(choice, async (backend) =>
    answerOf(await pipelineOn(backend), { image, question }, 'answer'),
  );
  return { ...result, runsOn };
}

async function download(url: string): Promise<Uint8Array> {
  const response = await fetch(url);
  if (response.ok) return new Uint8Array(await response.arrayBuffer());
  throw new SensoriumError({
    code: 'SENSORIUM_NOT_FOUND',
    message: `a part of this page could not be fetched: ${url} (${response.status})`,
    hint: 'Reload the page. If that does not help, its folder was not copied whole.',
  });
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () =>
    (result ??= work().catch((error: unknown) => {
      result = undefined;
      throw error;
    }));
}
