import { required, type Features, type ResolvedManifest, type Shape, type Trainable } from '@sensorium/contracts';
import { floatingPointOperations } from '@sensorium/graph';
import { formatShape } from '@sensorium/tensors';
import { partsOf, type Part } from './manifest/index.js';
import { inferenceModel, type InferenceModel } from './model/export.js';
import { graphsOf } from './model/further-graphs.js';
import type { Parts } from './model/parts.js';
import { fedSpecs } from './model/tensors.js';
import { outputsOfHead } from './pipeline.js';

/** One part of a model, as people check it before training. */
export interface PlanRow {
  /** In the manifest: `inputs.image`. */
  readonly key: string;
  readonly name: string;
  readonly kind: 'input' | 'fusion' | 'head';
  /** npm package */
  readonly plugin: string;
  /** What comes in: the tensors of an input, the names of what others read. */
  readonly input: string;
  /** Shape of what comes out, with B for the batch; empty for a head that only learns. */
  readonly output: string;
  /** Further graphs of a head: `space.image`. */
  readonly graphs: readonly string[];
  /** Of the finished model; those of a tied input are its other's. */
  readonly parameters: number;
  /** What of it is trained. */
  readonly trainable: Trainable['mode'];
  /** How many numbers are trained, of its parameters and of adapters beside them; undefined before that is planned. */
  readonly trained?: number;
  /** The parameters beside which adapters stand, by their names in the part. */
  readonly adapters?: readonly string[];
}

/** A model that is resolved, built and checked, but not trained. */
export interface Plan {
  readonly name: string;
  readonly rows: readonly PlanRow[];
  readonly parameters: number;
  /** Of all parts; undefined before that is planned. */
  readonly trained?: number;
  /** Floating-point operations of one sample's forward pass, those of matrix products and convolutions. */
  readonly operations: number;
  /** The head that decides which epoch is best; null: the validation loss does. */
  readonly decides: string | null;
}

/** The head whose metric chooses the best epoch: `training.decides`, or the first that has one; null for the validation loss. */
export function decidingHead({ training }: Pick<ResolvedManifest, 'training'>, { heads }: Parts): string | null {
  const metered = Object.keys(heads).filter((name) => heads[name]?.head.meter !== undefined);
  return training.decides ?? metered[0] ?? null;
}

/** Builds the inference graph, which checks every shape, and says what is in it. */
export function planModel(manifest: ResolvedManifest, parts: Parts): Plan {
  const model = inferenceModel(parts);
  return {
    name: manifest.name,
    rows: partsOf(manifest).map((part) => planRow(part, manifest, parts, model)),
    parameters: parametersBelow(model, ''),
    operations: floatingPointOperations(Object.values(model.outputs)),
    decides: decidingHead(manifest, parts),
  };
}

const kinds = { encoder: 'input', fusion: 'fusion', head: 'head' } as const;

function planRow(part: Part, manifest: ResolvedManifest, parts: Parts, model: InferenceModel): PlanRow {
  const { key, name, kind, use, trainable, path } = part;
  return {
    key,
    name,
    kind: kinds[kind],
    plugin: use,
    input: inputOf(part, manifest, parts),
    output: kind === 'head' ? answerOf(name, model) : tokensOf(model.features(name)),
    graphs: graphsOf(parts).flatMap(({ head, name: graph }) => (kind === 'head' && head === name ? [graph] : [])),
    parameters: parametersBelow(model, `${path.join('/')}/`),
    trainable: trainable.mode,
  };
}

/** The tensors of an input; what others read, unless that goes without saying. */
function inputOf({ kind, name, of, tied }: Part, { inputs, fusions }: ResolvedManifest, parts: Parts): string {
  if (kind === 'encoder') {
    const shapes = Object.values(fedSpecs(required(parts.inputs[name], name).column)).map(({ shape }) =>
      shape.join('×'),
    );
    return `${shapes.filter(Boolean).join(', ') || '1'}${tied === null ? '' : `, as ${tied}`}`;
  }
  const isPlain =
    Object.keys(fusions).length <= 1 && (kind === 'fusion' || Object.keys(inputs).length === 1 || of[0] === 'fusion');
  return isPlain ? '' : of.join(', ');
}

/** Of its first output. */
const answerOf = (head: string, { outputs }: InferenceModel): string =>
  Object.values(outputsOfHead(head, outputs))
    .slice(0, 1)
    .map(({ shape }) => batchShape(shape))
    .join('');

function parametersBelow({ parameters }: InferenceModel, prefix: string): number {
  return parameters
    .filter(({ name }) => name.startsWith(prefix))
    .reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
}

const tokensOf = ({ tokens }: Features): string => batchShape(tokens.shape);
const batchShape = (shape: Shape): string => formatShape(shape).replace('batch', 'B');

const count = (value: number): string =>
  value < 1e6 ? (value < 1000 ? String(value) : `${Math.round(value / 1e3)} k`) : scaled(value);

const units = [
  ['T', 1e12],
  ['G', 1e9],
  ['M', 1e6],
  ['k', 1e3],
] as const;

/** `18.0 M`, `1.2 G`, `84.3 T`: in the largest unit of which there is one. */
function scaled(value: number): string {
  const [unit, size] = units.find(([, least]) => value >= least) ?? ['', 1];
  return `${(value / size).toFixed(1)} ${unit}`;
}

/** What is trained of a part, unless it is everything. */
function trainedOf({ parameters, trainable, trained }: PlanRow): string {
  if (trained === undefined) return trainable === 'full' ? '' : `, ${trainable}`;
  if (trained === 0) return parameters === 0 ? '' : ', frozen';
  const mode = trainable === 'full' ? '' : ` (${trainable})`;
  return trained === parameters && !mode ? '' : `, ${count(trained)} trained${mode}`;
}

/** More are in the plan itself. */
const SHOWN_ADAPTERS = 6;

function adaptersOf({ name, adapters = [] }: PlanRow): string[] {
  if (adapters.length === 0) return [];
  const shown = adapters.slice(0, SHOWN_ADAPTERS).join(', ');
  const more = adapters.length > SHOWN_ADAPTERS ? ', …' : '';
  return [`adapters of ${name}: beside ${adapters.length} of its parameters, ${shown}${more}`];
}

const graphsLine = ({ name, graphs }: PlanRow): string[] =>
  graphs.length > 0 ? [`graphs of ${name}: ${graphs.join(', ')}`] : [];

/** What decides is worth a word where there is a choice. */
function decidesLine({ rows, decides }: Plan): string[] {
  const heads = rows.filter(({ kind }) => kind === 'head');
  if (decides === null) return ['the best epoch is that of the lowest validation loss'];
  return heads.length > 1 ? [`the best epoch is that of the best ${decides}`] : [];
}

/** The plan as a table for a terminal. */
export function formatPlan(plan: Plan, runsOn: string): string {
  const { rows, parameters, trained, operations } = plan;
  const cells = rows.map((row) => [
    row.name,
    row.input ? `${row.input} → ${shortName(row.plugin)}` : shortName(row.plugin),
    row.output,
    count(row.parameters),
    trainedOf(row),
  ]);
  const width = (column: number): number => Math.max(...cells.map((row) => required(row[column], 'a cell').length));
  const widths = [0, 1, 2, 3].map(width);
  const lines = cells.map((row, index) => {
    const padded = row.map((cell, column) => {
      const own = widths[column];
      if (own === undefined) return cell;
      return column === 3 ? cell.padStart(own) : cell.padEnd(own);
    });
    const [name, what, output, own, trainable] = padded;
    return `${name}   ${what}   ${output}   ${own}${index === 0 ? ' parameters' : ''}${trainable}`;
  });
  const some = trained === undefined ? '' : `, ${count(trained)} trained`;
  const total = `${count(parameters)} parameters${some}, ${scaled(operations)}FLOP a sample`;
  const end = `${'runs on'.padEnd(required(widths[0], 'a width'))}   ${runsOn}   ${total}`;
  return [...lines, end, ...rows.flatMap(graphsLine), ...decidesLine(plan), ...rows.flatMap(adaptersOf)].join('\n');
}

const shortName = (plugin: string): string => plugin.replace(/^@sensorium\/\w+-/, '');
