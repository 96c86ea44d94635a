import { z } from 'zod';

const name = z
  .string()
  .regex(/^[a-z][A-Za-z0-9_-]*$/, 'a name starts with a small letter and has letters, digits, - and _');

/** A part in its long form: the plugin's own options stand beside `use` and are checked by the plugin's schema. */
const inputPart = z.looseObject({
  encoder: z.string().describe('the encoder: a short name (image → @sensorium/encoder-image) or an npm package'),
  column: z.string().optional().describe('the column of the table; by default named like the input'),
  missing: z
    .enum(['error', 'skip', 'learned'])
    .default('error')
    .describe('what an absent value is: an error, left out of the fusion, or a learned stand-in'),
  modalityDropout: z
    .number()
    .min(0)
    .max(0.9)
    .optional()
    .describe('share of the training samples that lose this input; 0.1 unless `missing` is error, then 0'),
});

const fusionPart = z.looseObject({
  use: z.string().describe('the fusion: a short name (attention → @sensorium/fusion-attention) or an npm package'),
});

const headPart = z.looseObject({
  use: z
    .string()
    .describe('the head: a short name (classification → @sensorium/head-classification) or an npm package'),
  column: z.string().optional().describe('the column of the table; by default named like the head'),
  weight: z.number().positive().default(1).describe('weight of this head’s loss in the sum'),
});

export const trainingSchema = z.strictObject({
  epochs: z.int().positive().default(8).describe('passes over the training table'),
  batchSize: z.int().positive().default(64).describe('samples a step; fewer if the table is smaller'),
  optimizer: z
    .enum(['adamw', 'sgd'])
    .default('adamw')
    .describe('AdamW (Loshchilov & Hutter 2019) or SGD with momentum 0.9'),
  learningRate: z.number().positive().default(1e-3).describe('peak learning rate'),
  schedule: z
    .enum(['constant', 'linear', 'cosine'])
    .default('cosine')
    .describe('how the learning rate falls after the warm-up'),
  warmup: z.number().min(0).max(1).default(0.05).describe('share of all steps in which the learning rate rises from 0'),
  weightDecay: z.number().min(0).default(0.01).describe('decoupled weight decay; not on biases and norms'),
  clip: z.number().positive().nullable().default(1).describe('largest global norm of the gradient; null for none'),
  validation: z
    .number()
    .min(0)
    .max(0.9)
    .default(0.1)
    .describe('share of the training table held out for validation, where `data.validation` is not given'),
  patience: z
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe('stop after so many epochs without a better validation score'),
  seed: z.int().min(0).default(1).describe('fixes initialisation, order, dropout and augmentation'),
});

export const dataSchema = z.strictObject({
  train: z.string().optional().describe('training table: .csv, .tsv, .jsonl'),
  validation: z.string().optional().describe('validation table; by default a part of the training table'),
  test: z.string().optional().describe('test table, evaluated once, after training'),
});

const backendNames = z.union([z.string(), z.array(z.string()).min(1)]);

export const manifestSchema = z.strictObject({
  sensorium: z.literal(1).describe('version of the manifest'),
  name: z.string().optional().describe('name of the model'),
  extends: z.string().optional().describe('another manifest, relative to this one, whose values this one overrides'),
  inputs: z.record(name, z.union([z.string(), inputPart])).describe('a name for each input, and its encoder'),
  fusion: z.union([z.string(), fusionPart]).describe('how the features of all inputs become one'),
  heads: z.record(name, z.union([z.string(), headPart])).describe('a name for each output, and what it decides'),
  training: trainingSchema.prefault({}).describe('how to train'),
  data: dataSchema.prefault({}).describe('tables, relative to the manifest'),
  backend: backendNames.optional().describe('where to run, in order of preference: cpu, webgpu, cuda, wasm'),
});

/** As people write it. */
export type Manifest = z.input<typeof manifestSchema>;
export type TrainingOptions = z.output<typeof trainingSchema>;

export interface PartOptions {
  readonly [option: string]: unknown;
}

export interface ResolvedInput {
  /** npm package of the plugin */
  readonly encoder: string;
  readonly column: string;
  readonly missing: 'error' | 'skip' | 'learned';
  readonly modalityDropout: number;
  /** all options of the plugin, every default spelled out */
  readonly options: PartOptions;
}

export interface ResolvedFusion {
  readonly use: string;
  readonly options: PartOptions;
}

export interface ResolvedHead {
  readonly use: string;
  readonly column: string;
  readonly weight: number;
  readonly options: PartOptions;
}

/** With every default spelled out and every part under its package's name. JSON; written into a model folder. */
export interface ResolvedManifest {
  readonly sensorium: 1;
  readonly name: string;
  readonly inputs: Readonly<Record<string, ResolvedInput>>;
  readonly fusion: ResolvedFusion;
  readonly heads: Readonly<Record<string, ResolvedHead>>;
  readonly training: TrainingOptions;
  readonly data: z.output<typeof dataSchema>;
  readonly backend: readonly string[];
}
