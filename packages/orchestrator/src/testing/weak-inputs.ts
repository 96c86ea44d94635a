import { required, type Features, type Symbols, type Tensor, type Tensors } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';

/** How many labels there are. */
export const LABELS = 10;

/** Two inputs that each tell a little of the label, of sizes as different as encoders give them. */
const inputs = {
  picture: { tokens: 4, dim: 12, noise: 3.3, size: 3 },
  words: { tokens: 3, dim: 10, noise: 3, size: 0.1 },
} as const;

export type WeakInput = keyof typeof inputs;

/** What each label looks like, [LABELS,dim]. */
const prototypes: Readonly<Record<WeakInput, readonly number[]>> = {
  picture: normals('picture', LABELS * inputs.picture.dim),
  words: normals('words', LABELS * inputs.words.dim),
};

function normals(name: string, count: number): number[] {
  const random = createRandom(1, name);
  return Array.from({ length: count }, () => random.normal());
}

/** Features [count,…] of both inputs as `picture.tokens` and so on, of random labels, and `label` [count]; another name, other samples. */
export function weakSamples(count: number, name: string): Tensors {
  const random = createRandom(1, name);
  const labels = Array.from({ length: count }, () => random.integer(LABELS));
  const label: Tensor = { dtype: 'int64', shape: [count], data: BigInt64Array.from(labels, BigInt) };
  const features = (['picture', 'words'] as const).flatMap((input) => featuresOf(input, labels, `${name} ${input}`));
  return { ...Object.fromEntries(features), label };
}

/** Each token is what the label looks like, in noise; pooled is their mean. */
function featuresOf(input: WeakInput, labels: readonly number[], name: string): (readonly [string, Tensor])[] {
  const { tokens, dim, noise, size } = inputs[input];
  const count = labels.length;
  const drawn = normals(name, count * tokens * dim).map((value, at) => {
    const label = required(labels[Math.floor(at / (tokens * dim))], 'a label');
    return size * (required(prototypes[input][label * dim + (at % dim)], 'a feature') + noise * value);
  });
  const pooled = new Float32Array(count * dim);
  drawn.forEach((value, at) => {
    pooled[Math.floor(at / (tokens * dim)) * dim + (at % dim)]! += value / tokens;
  });
  return [
    [`${input}.tokens`, float([count, tokens, dim], Float32Array.from(drawn))],
    [`${input}.pooled`, float([count, dim], pooled)],
    [`${input}.mask`, float([count, tokens], new Float32Array(count * tokens).fill(1))],
    [`${input}.present`, float([count, 1], new Float32Array(count).fill(1))],
  ];
}

const float = (shape: readonly number[], data: Float32Array): Tensor => ({ dtype: 'float32', shape, data });

/** What a fusion of some of them is given, of the symbols of their samples. */
export const weakParts = (x: Symbols, of: readonly WeakInput[]): Record<string, Features> =>
  Object.fromEntries(
    of.map((name) => {
      const port = (own: string) => required(x[`${name}.${own}`], `${name}.${own}`);
      return [name, { tokens: port('tokens'), mask: port('mask'), pooled: port('pooled'), present: port('present') }];
    }),
  );
