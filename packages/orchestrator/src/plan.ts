import type { Features, ResolvedManifest, Shape, Trainable } from '@sensorium/contracts';
import { floatingPointOperations } from '@sensorium/graph';
import { formatShape } from '@sensorium/tensors';
import { inferenceModel, type InferenceModel } from './model/export.js';
import type { Parts } from './model/parts.js';

/** One part of a model, as people check it before training. */
export interface PlanRow {
  readonly name: string;
  readonly kind: 'input' | 'fusion' | 'head';
  /** npm package */
  readonly plugin: string;
  /** What comes in, for an input: its tensors. */
  readonly input: string;
  /** Shape of what comes out, with B for the batch. */
  readonly output: string;
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
}

/** Builds the inference graph, which checks every shape, and says what is in it. */
export function planModel(manifest: ResolvedManifest, parts: Parts): Plan {
  const model = inferenceModel(parts);
  const countIn = (prefix: string): number => parametersBelow(model, prefix);
  const inputs = Object.entries(parts.inputs).map(([name, { encoder }]): PlanRow => ({
    name,
    kind: 'input',
    plugin: manifest.inputs[name]?.encoder ?? '',
    input: Object.values(encoder.inputs)
      .map(({ shape }) => shape.join('×'))
      .join(', '),
    output: tokensOf(model.features[name]),
    parameters: countIn(`inputs/${name}/`),
    trainable: manifest.inputs[name]?.trainable.mode ?? 'full',
  }));
  const heads = Object.entries(model.outputs).map(([name, outputs]): PlanRow => ({
    name,
    kind: 'head',
    plugin: manifest.heads[name]?.use ?? '',
    input: '',
    output: Object.values(outputs)
      .slice(0, 1)
      .map(({ shape }) => batchShape(shape))
      .join(''),
    parameters: countIn(`heads/${name}/`),
    trainable: manifest.heads[name]?.trainable.mode ?? 'full',
  }));
  const fusion: PlanRow = {
    name: 'fusion',
    kind: 'fusion',
    plugin: manifest.fusion.use,
    input: '',
    output: tokensOf(model.fused),
    parameters: countIn('fusion/'),
    trainable: manifest.fusion.trainable.mode,
  };
  return {
    name: manifest.name,
    rows: [...inputs, fusion, ...heads],
    parameters: countIn(''),
    operations: floatingPointOperations(Object.values(model.outputs).flatMap((outputs) => Object.values(outputs))),
  };
}

function parametersBelow({ parameters }: InferenceModel, prefix: string): number {
  return parameters
    .filter(({ name }) => name.startsWith(prefix))
    .reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
}

const tokensOf = (features: Features | undefined): string => (features ? batchShape(features.tokens.shape) : '');
const batchShape = (shape: Shape): string => formatShape(shape).replace('batch', 'B');

const count = (value: number): string =>
  value < 1000 ? String(value) : value < 1e6 ? `${Math.round(value / 1e3)} k` : `${(value / 1e6).toFixed(1)} M`;

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

/** The plan as a table for a terminal. */
export function formatPlan({ rows, parameters, trained, operations }: Plan, runsOn: string): string {
  const cells = rows.map((row) => [
    row.name,
    row.input ? `${row.input} → ${shortName(row.plugin)}` : shortName(row.plugin),
    row.output,
    count(row.parameters),
    trainedOf(row),
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row, index) => {
    const [name = '', what = '', output = '', own = '', trainable = ''] = row.map((cell, column) =>
      column === 3 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
    );
    return `${name}   ${what}   ${output}   ${own}${index === 0 ? ' parameters' : ''}${trainable}`;
  });
  const some = trained === undefined ? '' : `, ${count(trained)} trained`;
  const total = `${count(parameters)} parameters${some}, ${(operations / 1e6).toFixed(1)} MFLOP a sample`;
  const end = `${'runs on'.padEnd(widths[0] ?? 0)}   ${runsOn}   ${total}`;
  return [...lines, end, ...rows.flatMap(adaptersOf)].join('\n');
}

const shortName = (plugin: string): string => plugin.replace(/^@sensorium\/\w+-/, '');
