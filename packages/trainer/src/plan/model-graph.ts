import {
  required,
  SensoriumError,
  type DataType,
  type Features,
  type Symbols,
  type SymbolicTensor,
} from '@sensorium/contracts';
import { add, createScope, input, mul, type RootScope, type ScopeOptions } from '@sensorium/graph';
import {
  fedSpecs,
  mapRecord,
  modelInputs,
  openGraph,
  outputName,
  type ModelGraph,
  type Parts,
} from '@sensorium/orchestrator';
import { targetName } from '../data/data-column.js';
import { balancedHeads, reportOfModality, type Balancing } from './balance.js';

/** What one tensor of a batch looks like, with the batch dimension. */
export interface BatchSpec {
  readonly dtype: DataType;
  readonly shape: readonly number[];
}

/** Everything that a model and its losses are fed of a batch: its inputs, and what the heads learn from. */
export function batchSpecs(parts: Parts, batchSize: number): Record<string, BatchSpec> {
  const targets = Object.entries(parts.heads).flatMap(([name, { head }]) =>
    head.target
      ? Object.entries(fedSpecs(head.target)).map(([tensor, spec]) => [targetName(name, tensor), spec] as const)
      : [],
  );
  const specs = { ...modelInputs(parts), ...Object.fromEntries(targets) };
  return mapRecord(specs, ({ dtype, shape }) => ({ dtype, shape: [batchSize, ...shape] }));
}

/** A whole model over one batch, with its answers and its losses. */
export interface WholeModel {
  readonly scope: RootScope;
  /** What it is fed: `batchSpecs` by name. */
  readonly fed: Symbols;
  readonly graph: ModelGraph;
  /** The outputs of every head that answers, by the names that they have in `model.onnx`: `answer.logits` */
  readonly answers: Symbols;
  /** As `lossesOf` gives them. */
  readonly losses: Symbols;
}

/** Builds answers and losses over batches of one size. In training mode, noise is an input like others. */
export function wholeModel(
  parts: Parts,
  batchSize: number,
  balance: Balancing,
  options: ScopeOptions = {},
): WholeModel {
  const scope = createScope(options);
  const fed = mapRecord(batchSpecs(parts, batchSize), ({ dtype, shape }, name) => input(name, dtype, shape));
  const graph = openGraph(parts, scope, fed);
  const losses = lossesOf(parts, graph, fed, { balance });
  const answers = Object.entries(parts.heads).flatMap(([name, { head }]) =>
    head.answer
      ? Object.entries(graph.answer(name)).map(([output, symbol]) => [outputName(name, output), symbol] as const)
      : [],
  );
  return { scope, fed, graph, answers: Object.fromEntries(answers), losses };
}

export interface LossOptions {
  /** Where there is any, each head that reads a fusion has one more loss for each input of that, alone. */
  readonly balance: Balancing;
  /** What heads learn from instead of what is fed. Default: that itself */
  readonly targetOf?: (target: SymbolicTensor) => SymbolicTensor;
}

/** The loss of every head that has one, as reports call it, and those of single inputs. All without their weights. */
export function lossesOf(
  parts: Parts,
  graph: ModelGraph,
  fed: Symbols,
  { balance, targetOf = (target) => target }: LossOptions,
): Symbols {
  const targetsOf = (name: string): Symbols => {
    const { target } = required(parts.heads[name], `the head "${name}"`).head;
    return mapRecord(target ? fedSpecs(target) : {}, (_, tensor) => {
      const fedName = targetName(name, tensor);
      return targetOf(required(fed[fedName], fedName));
    });
  };
  const learning = Object.keys(parts.heads).filter((name) => parts.heads[name]?.head.loss !== undefined);
  const alone = balance === null ? [] : balancedHeads(parts);
  return Object.fromEntries([
    ...learning.map((name) => [reportOfHead(name), graph.loss(name, targetsOf(name))] as const),
    ...alone.flatMap(({ head, inputs }) =>
      inputs.map((input) => [reportOfModality(head, input), graph.lossAlone(head, input, targetsOf(head))] as const),
    ),
  ]);
}

/** What training makes small, beside the losses that parts have of their own: those of the heads, by their weights. */
export function weightedSum(parts: Parts, losses: Symbols): SymbolicTensor {
  const terms = Object.entries(parts.heads).flatMap(([name, { settings }]) => {
    const loss = losses[reportOfHead(name)];
    return loss ? [mul(loss, settings.weight)] : [];
  });
  const [first, ...others] = terms;
  if (first) return others.reduce(add, first);
  throw new SensoriumError({
    code: 'SENSORIUM_MANIFEST_INVALID',
    message: 'no head of this model has a loss, so there is nothing to train',
    hint: 'Add a head that learns.',
    location: { key: 'heads' },
  });
}

/** The weights of the losses that parts have of their own: below a head, that of the head. */
export function weightsOfLosses(parts: Parts, losses: Symbols): Record<string, number> {
  const weights = Object.keys(losses).flatMap((name) => {
    const [section, head] = name.split('/');
    const part = section === 'heads' && head !== undefined ? parts.heads[head] : undefined;
    return part ? [[name, part.settings.weight] as const] : [];
  });
  return Object.fromEntries(weights);
}

/** How reports of a program call a head's loss. */
const reportOfHead = (head: string): string => `heads/${head}`;

/** The head that has a loss, as reports call it, of all inputs or of one alone. */
export const headOf = (report: string): string | undefined => report.split('/')[1];

/** The name of a loss for people: of a head its name, of a part `fusion.balance`. */
export const lossName = (report: string): string => {
  const [section, ...names] = report.split('/');
  return section === 'heads' && names.length === 1 ? names.join() : report.replaceAll('/', '.');
};

/** All that an encoder or fusion gives, [B,…] each. */
export const symbolsOf = ({ tokens, mask, pooled, present, layers = [], maps = [] }: Features): SymbolicTensor[] => [
  tokens,
  mask,
  pooled,
  present,
  ...layers,
  ...maps,
];
