import { required, type Prediction } from '@sensorium/contracts';
import { readStored } from '@sensorium/data';
import { MANIFEST_FILE, MODEL_FILE } from '@sensorium/orchestrator';
import { CHECKPOINT_FILE, METRICS_FILE, REPORT_FILE } from '@sensorium/trainer';
import { loadPipeline, type Metrics, type Pipeline } from '@sensorium/web';
import { zipSync } from 'fflate';
import { readsOf, type Project, type Reads } from '../teach/project.js';
import { ANSWER } from '../teach/recipe.js';
import { answerOf, type Answer } from './answer.js';
import { runOn, type Choice, type RunsOn } from './backend.js';
import { exampleFiles } from './example-files.js';
import { readJson } from './keep.js';
import { hasFile, isMarked, modelStore, picturesOf } from './projects.js';

/** What is there of a model of these examples. */
export interface Taught {
  /** `fresh`: of just these examples; `older`: of others; `none`. */
  readonly model: 'fresh' | 'older' | 'none';
  /** Whether a training of just these examples can go on. */
  readonly unfinished: boolean;
  readonly seconds?: number;
  readonly reads?: Reads;
  /** Of the examples that were kept aside. */
  readonly aside?: { readonly right: number; readonly of: number };
}

/** What is there already. */
export async function taught({ project }: { readonly project: Project }): Promise<Taught> {
  const store = await modelStore();
  const unfinished = (await hasFile(store, CHECKPOINT_FILE)) && (await isMarked(store, 'begun', project));
  if (!(await hasFile(store, MANIFEST_FILE))) return { model: 'none', unfinished };
  const metrics = await readJson<Metrics>(store, METRICS_FILE);
  const manifest = await readJson<{ inputs: object }>(store, MANIFEST_FILE);
  const inputs = Object.keys(required(manifest, MANIFEST_FILE).inputs);
  return {
    model: (await isMarked(store, 'learned', project)) ? 'fresh' : 'older',
    unfinished,
    reads: { pictures: inputs.includes('picture'), texts: inputs.includes('text') },
    ...(metrics && { seconds: metrics.seconds, ...asideOf(metrics) }),
  };
}

function asideOf({ validation, rows }: Metrics): Pick<Taught, 'aside'> {
  const accuracy = validation?.[ANSWER]?.metrics['accuracy'];
  return accuracy ? { aside: { right: Math.round(accuracy.value * rows.validation), of: rows.validation } } : {};
}

interface Signature {
  readonly inputs: { readonly picture?: Blob | null; readonly text?: string | null };
  readonly heads: Readonly<Record<typeof ANSWER, Prediction>>;
}

type Backend = RunsOn['backend'];

/** The model that was tried last, and where. */
let open: { readonly backend: Backend; readonly pipeline: Promise<Pipeline<Signature>> } | undefined;

/** Asks the taught model. Throws what loading and decoding throw. */
export async function guess({
  backend: choice,
  ...sample
}: Signature['inputs'] & { readonly backend: Choice }): Promise<Answer> {
  const { result, runsOn } = await runOn(choice, async (backend) => answerOf(await modelOn(backend), sample, ANSWER));
  return { ...result, runsOn };
}

async function modelOn(backend: Backend): Promise<Pipeline<Signature>> {
  if (open?.backend !== backend) await forget();
  const opened = (open ??= { backend, pipeline: openModel(backend) });
  opened.pipeline.catch(() => (open = open === opened ? undefined : open));
  return opened.pipeline;
}

async function openModel(backend: Backend): Promise<Pipeline<Signature>> {
  const store = await modelStore();
  const manifest = required(await readJson<object>(store, MANIFEST_FILE), MANIFEST_FILE);
  const model = required(await readStored(store, MODEL_FILE), MODEL_FILE);
  return loadPipeline<Signature>({ manifest, model }, { backend });
}

/** Ends the model that was tried last. Nobody is told where it cannot end in peace, since its backend has failed. */
export async function forget(): Promise<void> {
  const pipeline = open?.pipeline;
  open = undefined;
  await pipeline?.then((loaded) => loaded.dispose()).catch(() => undefined);
}

/** A file of the model's folder, to be downloaded or looked at. */
export async function modelFile({ file }: { readonly file: 'model' | 'report' }): Promise<Blob> {
  const [name, type] = file === 'model' ? [MODEL_FILE, 'application/octet-stream'] : [REPORT_FILE, 'text/html'];
  const bytes = required(await readStored(await modelStore(), name), name);
  return new Blob([bytes as Uint8Array<ArrayBuffer>], { type });
}

/** The whole folder, with the examples as a table that `sensorium train` reads. */
export async function folder({ project }: { readonly project: Project }): Promise<Blob> {
  const store = await modelStore();
  const names = [MODEL_FILE, MANIFEST_FILE, METRICS_FILE, REPORT_FILE];
  const files = names.map(async (name) => [name, required(await readStored(store, name), name)] as const);
  const examples = await exampleFiles(project, readsOf(project), await picturesOf(project));
  const zipped = zipSync({ ...Object.fromEntries(await Promise.all(files)), ...examples }, { level: 6 });
  return new Blob([zipped], { type: 'application/zip' });
}

/** Forgets the model and its checkpoint. */
export async function forgetModel(): Promise<void> {
  await forget();
  const store = await modelStore();
  const files = [MANIFEST_FILE, MODEL_FILE, METRICS_FILE, REPORT_FILE, CHECKPOINT_FILE];
  for (const file of files) await store.remove(file);
}
