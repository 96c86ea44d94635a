import { SensoriumError, type ResolvedManifest, type Trainable } from '@sensorium/contracts';
import type { TrainingProgram } from '@sensorium/training';
import { mapRecord, type Plan } from '@sensorium/orchestrator';
import { planTraining, type PlannedOptions } from './plan-training.js';

/** The program as `fit` builds it, to be looked at. Its errors name the part that they are about. */
export function rehearse(options: PlannedOptions, rows: number): TrainingProgram {
  const build = (manifest: ResolvedManifest): TrainingProgram =>
    planTraining({ ...options, manifest }, rows, 'float16').program;
  try {
    return build(options.manifest);
  } catch (error) {
    if (!SensoriumError.is(error) || error.location) throw error;
    const key = partKeys(options.manifest).find((part) =>
      isThrown(error, () => build(onlyTraining(part, options.manifest))),
    );
    throw key === undefined ? error : SensoriumError.at(withHint(error), { key });
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

const partKeys = ({ inputs, heads }: ResolvedManifest): string[] => [
  ...Object.keys(inputs).map((name) => `inputs.${name}`),
  'fusion',
  ...Object.keys(heads).map((name) => `heads.${name}`),
];

/** With all other parts frozen: an error of the backward pass is that of the part which is trained through it. */
function onlyTraining(part: string, manifest: ResolvedManifest): ResolvedManifest {
  const freeze = <P extends { readonly trainable: Trainable }>(key: string, own: P): P =>
    key === part ? own : { ...own, trainable: { ...own.trainable, mode: 'frozen', parameters: {} } };
  return {
    ...manifest,
    inputs: mapRecord(manifest.inputs, (input, name) => freeze(`inputs.${name}`, input)),
    fusion: freeze('fusion', manifest.fusion),
    heads: mapRecord(manifest.heads, (head, name) => freeze(`heads.${name}`, head)),
  };
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
export function withTraining(plan: Plan, { trained, trainedShapes }: TrainingProgram): Plan {
  const sizeOf = (name: string): number => (trainedShapes[name] ?? []).reduce((a, b) => a * b, 1);
  const total = (names: readonly string[]): number => names.map(sizeOf).reduce((a, b) => a + b, 0);
  const rows = plan.rows.map((row) => {
    const path = { input: `inputs/${row.name}/`, fusion: 'fusion/', head: `heads/${row.name}/` }[row.kind];
    const own = trained.filter((name) => name.startsWith(path));
    const adapters = own.flatMap((name) => /^(.*)\/lora-down$/.exec(name.slice(path.length))?.[1] ?? []);
    return { ...row, trained: total(own), adapters };
  });
  return { ...plan, rows, trained: total(trained) };
}
