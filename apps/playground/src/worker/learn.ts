import { SensoriumError } from '@sensorium/contracts';
import type { Store } from '@sensorium/data';
import { CHECKPOINT_FILE } from '@sensorium/trainer';
import { train } from '@sensorium/web';
import type { Project } from '../teach/project.js';
import { ANSWER, recipeOf } from '../teach/recipe.js';
import { runOn, type Choice, type RunsOn } from './backend.js';
import { mark, modelStore, picturesOf } from './projects.js';
import type { Context } from './serve.js';
import { forget, taught, type Taught } from './teach.js';

/** How far a training is, or a sentence about what it does that nobody asked for. */
export type Learning =
  | { readonly note: string }
  | {
      /** 0…1 */
      readonly share: number;
      readonly secondsLeft?: number;
      readonly epoch?: number;
      readonly epochs?: number;
      /** Mean of the last steps. */
      readonly loss?: number;
    };

interface Learn {
  readonly project: Project;
  readonly backend: Choice;
  /** Go on from where it stopped. */
  readonly resume: boolean;
}

/**
 * Trains on a project's examples and keeps the model. Begins again on WebAssembly where WebGPU fails. Throws what `train` throws,
 * and the signal's reason.
 */
export async function learn({ project, backend: choice, resume }: Learn, { signal, report }: Context): Promise<Taught> {
  const tell = (learning: Learning): void => report(learning);
  const lesson: Lesson = { project, rows: await rowsOf(project), store: await modelStore(), signal, tell };
  let goesOn = resume;
  await runOn(
    choice,
    (backend) => (goesOn ? goOn(lesson, backend) : begin(lesson, backend)),
    () => {
      goesOn = false;
      tell({ note: 'WebGPU has failed: training begins again on WebAssembly …' });
    },
  );
  await mark(lesson.store, 'learned', project);
  await forget();
  return taught({ project });
}

interface Lesson {
  readonly project: Project;
  readonly rows: object[];
  readonly store: Store;
  readonly signal: AbortSignal;
  readonly tell: (learning: Learning) => void;
}

async function begin(lesson: Lesson, backend: RunsOn['backend']): Promise<void> {
  await lesson.store.remove(CHECKPOINT_FILE);
  await mark(lesson.store, 'begun', lesson.project);
  await trainOn(lesson, backend, false);
}

/** A training is the same to the last bit or another one, so that one backend does not go on with what another began. */
async function goOn(lesson: Lesson, backend: RunsOn['backend']): Promise<void> {
  try {
    await trainOn(lesson, backend, true);
  } catch (error) {
    if (!SensoriumError.is(error) || error.code !== 'SENSORIUM_NOTHING_TO_RESUME') throw error;
    lesson.tell({ note: 'What was begun elsewhere cannot go on here: training begins again …' });
    await begin(lesson, backend);
  }
}

async function trainOn(
  { project, rows, store, signal, tell }: Lesson,
  backend: RunsOn['backend'],
  resume: boolean,
): Promise<void> {
  await train(recipeOf(project), {
    rows,
    backend,
    out: store,
    resume,
    overwrite: !resume,
    signal,
    onProgress({ phase, done, total, secondsLeft, epoch, epochs, loss }) {
      if (phase === 'train') tell({ share: done / total, secondsLeft, epoch, epochs, loss });
    },
  });
}

/** A row for each example; a picture or a text that it has not is missing. */
async function rowsOf(project: Project): Promise<object[]> {
  const pictures = await picturesOf(project);
  return project.kinds.flatMap(({ name, examples }) =>
    examples.map(({ id, text }) => ({ picture: pictures.get(id) ?? null, text: text || null, [ANSWER]: name })),
  );
}
