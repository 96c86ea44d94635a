import { z } from 'zod';

const name = z
  .string()
  .regex(/^[a-z][A-Za-z0-9_-]*$/, 'a name starts with a small letter and has letters, digits, - and _');

/** What an absent value may be. */
export const missingKinds = ['error', 'skip', 'learned', 'impute'] as const;

const trainingMode = z.enum(['frozen', 'probe', 'lora', 'full']);

/** How some parameters of a part are trained. */
const parameterGroupSchema = z.strictObject({
  mode: trainingMode.optional().describe('by default that of the part'),
  learningRate: z.number().positive().default(1).describe('factor of the learning rate that they would have'),
  weightDecay: z.number().min(0).optional().describe('in place of training.weightDecay, on biases and norms, too'),
});

/** How a part is trained. */
export const trainableSchema = z.strictObject({
  mode: trainingMode
    .default('full')
    .describe(
      'frozen: nothing; probe: all but what came pretrained; lora: the same, and low-rank adapters beside pretrained weights (Hu et al. 2022); full: everything',
    ),
  rank: z.int().positive().default(8).describe('of adapters: the width between their two matrices'),
  alpha: z.number().positive().default(16).describe('of adapters: they count alpha / rank times'),
  learningRate: z.number().positive().default(1).describe('factor of training.learningRate'),
  layerDecay: z
    .number()
    .positive()
    .max(1)
    .default(1)
    .describe('each layer learns so many times as fast as the one above it; 1: all alike'),
  parameters: z
    .record(z.string(), z.union([trainingMode, parameterGroupSchema]))
    .default({})
    .describe(
      'modes, learning rates and weight decay of single parameters, by patterns of their names in the part, such as `block*/**`; the last that fits counts',
    ),
});

const trainable = z
  .union([trainingMode, trainableSchema])
  .optional()
  .describe('what of the part is trained: frozen, probe, lora or full; by default full');

/** A part in its long form: the plugin's own options stand beside `use` and are checked by the plugin's schema. */
const inputPart = z.looseObject({
  encoder: z.string().describe('the encoder: a short name (image → @sensorium/encoder-image) or an npm package'),
  column: z.string().optional().describe('the column of the table; by default named like the input'),
  columns: z
    .array(z.string())
    .min(1)
    .optional()
    .describe('several columns that are one value, for encoders of rows; in place of `column`'),
  many: z
    .int()
    .positive()
    .optional()
    .describe('so many values at most, in a list in the cell: [B,N,…]; their tokens stand one after the other'),
  tied: z
    .string()
    .optional()
    .describe('another input with the same encoder, whose weights and options this one has, too'),
  missing: z
    .enum(missingKinds)
    .default('error')
    .describe(
      'what an absent value is: an error; skip: left out of the fusion; learned: a stand-in that is learned; impute: the mean of the training samples’ features',
    ),
  modalityDropout: z
    .number()
    .min(0)
    .max(0.9)
    .optional()
    .describe('share of the training samples that lose this input; 0.1 unless `missing` is error, then 0'),
  trainable,
});

const names = z.union([name, z.array(name).min(1)]);

const fusionPart = z.looseObject({
  use: z.string().describe('the fusion: a short name (attention → @sensorium/fusion-attention) or an npm package'),
  of: names.optional().describe('the inputs and other fusions that become one; by default all inputs'),
  trainable,
});

const headPart = z.looseObject({
  use: z
    .string()
    .describe('the head: a short name (classification → @sensorium/head-classification) or an npm package'),
  of: names
    .optional()
    .describe('the inputs and fusions that it reads, each by itself; by default the last fusion, or the only input'),
  column: z
    .string()
    .optional()
    .describe('the column of the table, for heads that need one; by default named like the head'),
  weight: z.number().positive().default(1).describe('weight of this head’s loss in the sum'),
  trainable,
});

const optimizerName = z.enum(['adamw', 'sgd', 'lion']);

const optimizerOptions = { adamw: ['beta1', 'beta2', 'epsilon'], sgd: ['momentum'], lion: ['beta1', 'beta2'] } as const;

const decayRate = z.number().min(0).lt(1).optional();

/** An optimizer with numbers of its own. */
const optimizerSchema = z
  .strictObject({
    use: optimizerName.describe('its name'),
    beta1: decayRate.describe('of the first moment; by default 0.9'),
    beta2: decayRate.describe('of the second moment of adamw, by default 0.999; of the momentum of lion, 0.99'),
    epsilon: z
      .number()
      .positive()
      .optional()
      .describe('of adamw, beside the root of the second moment; by default 1e-8'),
    momentum: decayRate.describe('of sgd; by default 0.9'),
  })
  .superRefine(({ use, ...options }, context) => {
    const own: readonly string[] = optimizerOptions[use];
    for (const [option, value] of Object.entries(options)) {
      if (value === undefined || own.includes(option)) continue;
      context.addIssue({ code: 'custom', path: [option], message: `${use} takes ${own.join(', ')} and not this` });
    }
  });

export const trainingSchema = z.strictObject({
  epochs: z.int().positive().default(8).describe('passes over the training table'),
  minutes: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe(
      'training ends after so many minutes, wherever it is; the learning rate has then gone through all of its schedule; null for no limit',
    ),
  batchSize: z.int().positive().default(64).describe('samples of a batch; fewer if the table is smaller'),
  accumulate: z
    .int()
    .positive()
    .default(1)
    .describe('batches of a step: their gradients are averaged, for large steps in little memory'),
  recompute: z
    .int()
    .positive()
    .default(1)
    .describe('segments of the forward pass that are computed again on the way back instead of kept, for less memory'),
  optimizer: z
    .union([optimizerName, optimizerSchema])
    .default('adamw')
    .describe(
      'AdamW (Loshchilov & Hutter 2019), SGD with momentum, or Lion (Chen et al. 2023); a map has its numbers, too',
    ),
  learningRate: z
    .union([z.number().positive(), z.literal('auto')])
    .default(1e-3)
    .describe('peak learning rate; auto: found by a range test before training (Smith 2017)'),
  schedule: z
    .enum(['constant', 'linear', 'cosine', 'one-cycle'])
    .default('cosine')
    .describe('how the learning rate falls after the warm-up; one-cycle rises and falls along cosines'),
  warmup: z.number().min(0).max(1).default(0.05).describe('share of all steps in which the learning rate rises from 0'),
  weightDecay: z.number().min(0).default(0.01).describe('decoupled weight decay; not on biases and norms'),
  clip: z.number().positive().nullable().default(1).describe('largest global norm of the gradient; null for none'),
  average: z
    .number()
    .gt(0)
    .lt(1)
    .nullable()
    .default(null)
    .describe('decay of a moving average of the weights, such as 0.999, which is then the model; null for none'),
  mix: z
    .number()
    .min(0.01)
    .nullable()
    .default(null)
    .describe(
      'samples of a batch are mixed in pairs, inputs and losses alike, by a ratio that is drawn from Beta(mix, mix) for each batch (mixup, Zhang et al. 2018), such as 0.2; null for none',
    ),
  balance: z
    .enum(['sum', 'blend', 'modulate', 'pareto'])
    .nullable()
    .default(null)
    .describe(
      'keeps modalities from being neglected by a loss of each alone beside that of all, of heads that read a fusion: sum adds all losses; blend weighs them by what they generalise (Wang et al. 2020); modulate slows encoders that are ahead (OGM-GE, Peng et al. 2022); pareto lets no encoder learn against either loss (MMPareto, Wei & Hu 2024); null for none',
    ),
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
  decides: z
    .string()
    .optional()
    .describe(
      'the head whose metric chooses the best epoch; by default the first that has one, and the validation loss where none has',
    ),
  seed: z.int().min(0).default(1).describe('fixes initialisation, order, dropout and augmentation'),
});

export const dataSchema = z.strictObject({
  train: z
    .string()
    .optional()
    .describe('training table: .csv, .tsv, .jsonl, .parquet, a folder, a pattern or an archive of files'),
  validation: z.string().optional().describe('validation table; by default a part of the training table'),
  test: z.string().optional().describe('test table, evaluated once, after training'),
  groups: z
    .string()
    .optional()
    .describe('a column: rows with the same value stay together when a part is held out for validation'),
  onError: z
    .enum(['error', 'skip'])
    .default('error')
    .describe('what a row is that cannot be read: an error, or left out, and counted in the report'),
  weights: z
    .union([z.string(), z.array(z.string()).min(1)])
    .optional()
    .describe(
      'weights to start from, by the parameters’ names: .safetensors, or the model.onnx of a model folder; of several files the last that has one counts',
    ),
});

const backendNames = z.union([z.string(), z.array(z.string()).min(1)]);

export const manifestSchema = z.strictObject({
  sensorium: z.literal(1).describe('version of the manifest'),
  name: z.string().optional().describe('name of the model'),
  extends: z.string().optional().describe('another manifest, relative to this one, whose values this one overrides'),
  inputs: z.record(name, z.union([z.string(), inputPart])).describe('a name for each input, and its encoder'),
  fusion: z
    .union([z.string(), fusionPart])
    .optional()
    .describe(
      'how the features of all inputs become one; not needed where there is one input, or heads say what they read',
    ),
  fusions: z
    .record(name, z.union([z.string(), fusionPart]))
    .optional()
    .describe('several fusions by name, in place of `fusion`; each may read those before it'),
  heads: z.record(name, z.union([z.string(), headPart])).describe('a name for each output, and what it decides'),
  training: trainingSchema.prefault({}).describe('how to train'),
  data: dataSchema.prefault({}).describe('tables and weights, relative to the manifest'),
  backend: backendNames.optional().describe('where to run, in order of preference: cpu, webgpu, cuda, wasm'),
  $schema: z.string().optional().describe('the JSON Schema by which an editor checks this file; nothing else reads it'),
});

/** As people write it. */
export type Manifest = z.input<typeof manifestSchema>;
export type TrainingOptions = z.output<typeof trainingSchema>;
export type DataOptions = z.output<typeof dataSchema>;

export interface PartOptions {
  readonly [option: string]: unknown;
}

/** How a part is trained, every default spelled out. */
export type Trainable = z.output<typeof trainableSchema>;

export interface ResolvedInput {
  /** npm package of the plugin */
  readonly encoder: string;
  /** The column; or several, whose cells are one value: an object by their names. */
  readonly column: string | readonly string[];
  /** At most so many values in a cell; null for one alone. */
  readonly many: number | null;
  /** The input whose encoder it shares; null for none. */
  readonly tied: string | null;
  readonly missing: (typeof missingKinds)[number];
  readonly modalityDropout: number;
  readonly trainable: Trainable;
  /** all options of the plugin, every default spelled out */
  readonly options: PartOptions;
}

export interface ResolvedFusion {
  readonly use: string;
  /** Inputs and fusions before it. */
  readonly of: readonly string[];
  readonly trainable: Trainable;
  readonly options: PartOptions;
}

export interface ResolvedHead {
  readonly use: string;
  /** Inputs and fusions. */
  readonly of: readonly string[];
  /** null for heads that need none */
  readonly column: string | null;
  readonly weight: number;
  readonly trainable: Trainable;
  readonly options: PartOptions;
}

/** With every default spelled out and every part under its package's name. JSON; written into a model folder. */
export interface ResolvedManifest {
  readonly sensorium: 1;
  readonly name: string;
  readonly inputs: Readonly<Record<string, ResolvedInput>>;
  /** Each after those that it reads. The one of `fusion: …` is called `fusion`. */
  readonly fusions: Readonly<Record<string, ResolvedFusion>>;
  readonly heads: Readonly<Record<string, ResolvedHead>>;
  readonly training: TrainingOptions;
  readonly data: DataOptions;
  /** In order of preference; null where nobody has chosen: the platform's own, and what stands in for that. */
  readonly backend: readonly string[] | null;
}
