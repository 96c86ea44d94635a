import {
  required,
  SensoriumError,
  type ResolvedManifest,
  type Symbols,
  type SymbolicTensor,
  type TrainingOptions,
} from '@sensorium/contracts';
import { add, createScope, input, mul } from '@sensorium/graph';
import { fedSpecs, mapRecord, modelInputs, openGraph, type Parts } from '@sensorium/orchestrator';
import type { Balance } from '@sensorium/training';
import type { BatchSpec } from './model-graph.js';

/** How modalities are balanced; null: not. */
export type Balancing = TrainingOptions['balance'];

/** What a program that blends is fed beside a batch: the weight of the joint loss, and those of each modality. */
export const BLEND_WEIGHTS = 'blend/weights';

/** A head that reads a fusion, and the inputs that are behind that. */
export interface BalancedHead {
  readonly head: string;
  readonly inputs: readonly string[];
}

/** The heads that learn and read a fusion of several inputs. */
export function balancedHeads({ inputs, fusions, heads }: Parts): BalancedHead[] {
  const behind = (name: string): string[] => fusions[name]?.settings.of.flatMap(behind) ?? [name];
  return Object.entries(heads).flatMap(([name, { head, settings }]) => {
    const fused = new Set(settings.of.filter((of) => fusions[of]).flatMap(behind));
    const own = Object.keys(inputs).filter((of) => fused.has(of));
    return head.loss && own.length > 1 ? [{ head: name, inputs: own }] : [];
  });
}

/** How reports of a program call the loss that a head has on one input alone. */
export const reportOfModality = (head: string, input: string): string => `alone/${head}/${input}`;

/** Whether a parameter belongs to what training alone needs: a head for one input. */
export const isAuxiliary = (parameter: string): boolean => parameter.startsWith('alone/');

/** The input whose encoder an input has. */
const encoderAt = ({ inputs }: Parts, name: string): string =>
  required(inputs[name], `the input "${name}"`).settings.tied ?? name;

/** A loss that a modality's own is made of, and how often it counts. */
export interface ModalityTerm {
  readonly report: string;
  readonly weight: number;
}

/** By its encoder, what the loss of each modality alone is made of: of every head, times its weight, the mean over tied inputs. */
export function modalityTerms(parts: Parts): Record<string, readonly ModalityTerm[]> {
  const terms: Record<string, ModalityTerm[]> = {};
  for (const { head, inputs } of balancedHeads(parts)) {
    const { weight } = required(parts.heads[head], `the head "${head}"`).settings;
    for (const name of inputs) {
      const encoder = encoderAt(parts, name);
      const tied = inputs.filter((other) => encoderAt(parts, other) === encoder);
      (terms[encoder] ??= []).push({ report: reportOfModality(head, name), weight: weight / tied.length });
    }
  }
  return terms;
}

export const blendSpec = (parts: Parts): Readonly<Record<string, BatchSpec>> => ({
  [BLEND_WEIGHTS]: { dtype: 'float32', shape: [1 + Object.keys(modalityTerms(parts)).length] },
});

/** What the trained program makes of the losses of single modalities; undefined where they are not balanced. */
export function balanceOf(how: Balancing, parts: Parts, losses: Symbols, batch: Symbols): Balance | undefined {
  if (how === null) return undefined;
  const alone = mapRecord(modalityTerms(parts), (terms) =>
    terms.map(({ report, weight }) => mul(required(losses[report], report), weight)).reduce((a, b) => add(a, b)),
  );
  const encoderOf = (parameter: string): string | undefined => {
    const [section, name] = parameter.split('/');
    const encoder = section === 'inputs' && name !== undefined ? encoderAt(parts, name) : undefined;
    return encoder !== undefined && encoder in alone ? encoder : undefined;
  };
  if (how !== 'blend') return { how, alone, encoderOf };
  return { how, alone, encoderOf, weights: required(batch[BLEND_WEIGHTS], BLEND_WEIGHTS) };
}

/** Throws SENSORIUM_MANIFEST_INVALID where there are no modalities to balance, or a head cannot learn from one alone. */
export function checkBalance({ training: { balance } }: ResolvedManifest, parts: Parts): void {
  if (balance === null) return;
  const heads = balancedHeads(parts);
  if (heads.length === 0) throw nothingToBalance(parts);
  const encoders = Object.keys(modalityTerms(parts));
  if (balance === 'modulate' && encoders.length < 2) {
    throw invalid(
      `"modulate" compares encoders with each other, and all inputs share that of "${encoders.join('')}"`,
      'Take sum, blend or pareto, or leave training.balance out.',
    );
  }
  for (const { head, inputs } of heads) for (const name of inputs) requireAlone(parts, head, name);
}

function nothingToBalance({ inputs, heads }: Parts): SensoriumError {
  const names = Object.keys(inputs);
  if (names.length === 1) {
    return invalid(
      `modalities are balanced against each other, and there is one input, "${names.join('')}"`,
      'Leave training.balance out.',
    );
  }
  const read = Object.entries(heads).map(([name, { settings }]) => `heads.${name} reads ${settings.of.join(', ')}`);
  return invalid(
    `modalities are balanced where a head with a loss reads a fusion of several, and none does: ${read.join('; ')}`,
    'Leave training.balance out, or name a fusion in the "of" of a head.',
  );
}

/** Builds the loss of a head on one input alone, to see whether it can be. */
function requireAlone(parts: Parts, head: string, name: string): void {
  const inputsFor = (specs: ReturnType<typeof fedSpecs>): Symbols =>
    mapRecord(specs, ({ dtype, shape }, tensor): SymbolicTensor => input(tensor, dtype, [4, ...shape]));
  const { target } = required(parts.heads[head], `the head "${head}"`).head;
  const graph = openGraph(parts, createScope({ mode: 'training' }), inputsFor(modelInputs(parts)));
  try {
    graph.lossAlone(head, name, target ? inputsFor(fedSpecs(target)) : {});
  } catch (error) {
    if (!SensoriumError.is(error)) throw error;
    throw invalid(
      `heads.${head} has to learn from "${name}" alone, too, and cannot: ${error.message}`,
      'Leave training.balance out, or give the input an encoder whose features the head can read.',
      error,
    );
  }
}

const invalid = (message: string, hint: string, cause?: unknown): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_MANIFEST_INVALID',
    message,
    hint,
    location: { key: 'training.balance' },
    ...(cause !== undefined && { cause }),
  });
