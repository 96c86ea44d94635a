import { required, SensoriumError, type ResolvedManifest } from '@sensorium/contracts';
import type { TrainingProgram } from '@sensorium/training';
import { partsOf, type Part, type Plan } from '@sensorium/orchestrator';
import { isAuxiliary } from './balance.js';
import { firstCourse } from './course.js';
import { planTraining, type PlannedOptions } from './plan-training.js';

/** The program as `fit` builds it, to be looked at. Its errors name the part that they are about. */
export function rehearse(options: PlannedOptions, rows: number): TrainingProgram {
  const build = (manifest: ResolvedManifest): TrainingProgram => {
    const { program, size } = planTraining({ ...options, manifest }, rows, 'float16');
    return program(firstCourse(manifest.training, size.perEpoch));
  };
  try {
    return build(options.manifest);
  } catch (error) {
    if (!SensoriumError.is(error) || error.location) throw error;
    const guilty = partsOf(options.manifest).find((part) =>
      isThrown(error, () => build(onlyTraining(part, options.manifest))),
    );
    throw guilty ? SensoriumError.at(withHint(error), { key: guilty.key }) : error;
  }
}

/** Names of open sizes of an imported file have a colon. */
function withHint(error: SensoriumError): SensoriumError {
  const { code, message, hint, location, cause } = error;
  if (hint !== undefined || code !== 'SENSORIUM_SHAPE' || !message.includes(':')) return error;
  return new SensoriumError({
    code,
    message: `${message}, so that the gradient could be taken`,
    hint: 'The ONNX file leaves this size open, where an operator without known result stands before it. State the shape of that result in the option "shapes", or freeze what lies before.',
    location,
    cause,
  });
}

/** With all other parts frozen: an error of the backward pass is that of the part which is trained through it. */
function onlyTraining(only: Part, manifest: ResolvedManifest): ResolvedManifest {
  const others = partsOf(manifest).filter(({ key }) => key !== only.key);
  return others.reduce(frozen, manifest);
}

function frozen(manifest: ResolvedManifest, { section, name, trainable }: Part): ResolvedManifest {
  const parts = manifest[section];
  const part = { ...parts[name], trainable: { ...trainable, mode: 'frozen', parameters: {} } };
  return { ...manifest, [section]: { ...parts, [name]: part } };
}

function isThrown({ code, message }: SensoriumError, work: () => unknown): boolean {
  try {
    work();
    return false;
  } catch (error) {
    return SensoriumError.is(error) && error.code === code && error.message === message;
  }
}

/** The plan of a model, with what of it a program trains. */
export function withTraining(plan: Plan, manifest: ResolvedManifest, program: TrainingProgram): Plan {
  const { trainedShapes } = program;
  const trained = program.trained.filter((name) => !isAuxiliary(name));
  const sizeOf = (name: string): number => required(trainedShapes[name], name).reduce((a, b) => a * b, 1);
  const total = (names: readonly string[]): number => names.map(sizeOf).reduce((a, b) => a + b, 0);
  const paths = new Map(partsOf(manifest).map(({ key, path }) => [key, `${path.join('/')}/`]));
  const rows = plan.rows.map((row) => {
    const path = required(paths.get(row.key), `the part ${row.key}`);
    const own = trained.filter((name) => name.startsWith(path));
    const adapters = own.flatMap((name) => /^(.*)\/lora-down$/.exec(name.slice(path.length))?.[1] ?? []);
    return { ...row, trained: total(own), adapters };
  });
  return { ...plan, rows, trained: total(trained) };
}
