import type { Manifest } from '@sensorium/contracts';
import { createPluginResolver, readManifest, resolveManifest } from '@sensorium/orchestrator';
import { standardPackages as packages } from '@sensorium/web';
import { stringify } from 'yaml';
import { byteMutations } from '../mutate/bytes.js';
import { yamlMutation } from '../mutate/yaml.js';
import { textMutations } from '../mutate/text.js';
import { textSeed, type Format, type Seed } from './format.js';

const data = { train: 'rows.jsonl' };
const training = { epochs: 2, batchSize: 4 };
const small = { dim: 8, heads: 2 };
const facts = { encoder: 'table', size: 'tiny', columns: ['text', 'amount'] };

/** Every standard part in the way in which it is used, over the columns of the samples. */
export const manifests: Readonly<Record<string, Omit<Manifest, 'sensorium'>>> = {
  labels: {
    inputs: { picture: { encoder: 'image', dim: 8, channels: 4 }, text: { encoder: 'text', ...small } },
    fusion: 'attention',
    heads: { label: 'classification' },
  },
  numbers: {
    inputs: { series: 'motion', text: 'text' },
    fusion: { use: 'concat' },
    heads: { amount: { use: 'regression', delta: 2, weight: 0.5 }, label: 'classification' },
  },
  captions: { inputs: { picture: 'image' }, heads: { caption: { use: 'caption', column: 'caption' } } },
  space: {
    inputs: { picture: 'image', text: 'text' },
    heads: { space: { use: 'embedding', of: ['picture', 'text'] } },
  },
  unlabelled: { inputs: { picture: 'image' }, heads: { look: { use: 'data2vec', of: 'picture' } } },
  pretrained: {
    inputs: { picture: { encoder: 'onnx', file: 'network.onnx', trainable: 'probe' } },
    heads: { label: 'classification' },
  },
  tree: {
    inputs: {
      picture: 'image',
      second: { encoder: 'image', tied: 'picture' },
      text: { encoder: 'text', missing: 'learned' },
    },
    fusions: { scene: { use: 'attention', of: ['picture', 'second'] }, all: { use: 'concat', of: ['scene', 'text'] } },
    heads: { label: { use: 'classification', of: 'all' }, amount: { use: 'regression', of: 'scene' } },
  },
  conditioned: {
    inputs: { picture: 'image', text: 'text' },
    fusion: { use: 'film', by: ['text'] },
    heads: { label: 'classification' },
  },
  fused: {
    inputs: { picture: { encoder: 'image', dim: 8, channels: 4 }, text: { encoder: 'text', ...small }, amount: facts },
    fusions: {
      asking: { use: 'cross-attention', of: ['picture', 'text'], ...small },
      narrow: { use: 'bottleneck', of: ['picture', 'text'], ...small },
      latent: { use: 'perceiver', of: ['picture', 'text'], latents: 4, ...small },
      places: { use: 'nl-gate', of: ['picture', 'text'], dim: 8 },
      products: { use: 'bilinear', of: ['picture', 'text'], hidden: 8 },
      tensor: { use: 'tensor', of: ['picture', 'text'] },
      mutual: { use: 'mutual-film', of: ['picture', 'text'], dim: 8, layers: 1 },
      pair: { use: 'multiplicative', of: ['text', 'amount'], dim: 8 },
      few: { use: 'low-rank', of: ['text', 'amount'], dim: 8 },
      open: { use: 'gated', of: ['asking', 'narrow', 'latent'], dim: 8 },
      sum: { use: 'sum', of: ['places', 'products', 'tensor'], reduce: 'mean' },
      shares: { use: 'weighted', of: ['mutual', 'pair', 'few'] },
      chosen: { use: 'moe', of: ['open', 'sum', 'shares'], experts: 2, chosen: 1, hidden: 8 },
      all: { use: 'late', of: ['chosen', 'picture'], combine: 'product' },
    },
    heads: { label: 'classification' },
  },
  senses: {
    inputs: {
      sound: { encoder: 'audio', size: 'tiny' },
      far: { encoder: 'depth', size: 'tiny', pixels: 16 },
      heat: { encoder: 'thermal', size: 'tiny', pixels: 16 },
      film: { encoder: 'video', size: 'tiny', pixels: 16, frames: 2 },
      series: { encoder: 'series', size: 'tiny' },
      facts,
    },
    fusion: 'concat',
    heads: { label: 'classification' },
  },
};

async function seeds(): Promise<Seed[]> {
  const written = Object.entries(manifests).flatMap(([name, manifest]) => {
    const whole: Manifest = { sensorium: 1, training, data, ...manifest };
    return [
      textSeed(`${name} in YAML`, '.yaml', stringify(whole)),
      textSeed(`${name} in JSON`, '.json', JSON.stringify(whole, null, 2)),
    ];
  });
  return [...written, await spelledOut()];
}

/** As training writes it, with every default. */
async function spelledOut(): Promise<Seed> {
  const read = await readManifest({ sensorium: 1, training, data, ...manifests['tree'] });
  const { manifest } = await resolveManifest(read, createPluginResolver({ packages, from: [] }));
  return textSeed('every default', '.json', JSON.stringify({ ...manifest, built: {} }));
}

const lines = (count: number, make: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => make(index)).join('\n');

const labels = (options: string): string =>
  `sensorium: 1\ninputs: { text: { encoder: text, ${options} } }\nheads: { label: classification }\ndata: { train: rows.jsonl }\n`;

async function hostile(): Promise<Seed[]> {
  const laughs = lines(9, (index) => `a${index + 1}: &a${index + 1} [${`*a${index},`.repeat(9)}]`);
  return [
    textSeed('300,000 keys', '.yaml', `sensorium: 1\n${lines(300_000, (index) => `key${index}: 1`)}`),
    textSeed(
      '300,000 inputs',
      '.yaml',
      `sensorium: 1\ninputs:\n${lines(300_000, (index) => `  i${index}: text`)}\nheads: { label: classification }`,
    ),
    textSeed('references that double', '.yaml', `sensorium: 1\na0: &a0 [x]\n${laughs}`),
    textSeed('a reference to itself', '.yaml', 'sensorium: 1\ninputs: &a { text: *a }'),
    textSeed('extends itself', '.yaml', 'extends: input.yaml\nsensorium: 1'),
    textSeed('deep', '.yaml', `sensorium: ${'['.repeat(50_000)}`),
    textSeed('deep maps', '.yaml', `inputs: ${'{a: '.repeat(20_000)}`),
    textSeed(
      'deep by indentation',
      '.yaml',
      lines(1500, (index) => `${' '.repeat(index)}a:`),
    ),
    textSeed('a width of a thousand million', '.yaml', labels('dim: 1e9')),
    textSeed('a thousand million layers', '.yaml', labels('layers: 1000000000')),
    textSeed('a thousand million tokens', '.yaml', labels('tokens: 1000000000')),
    textSeed('a batch of 2^53', '.yaml', `${labels('dim: 8')}training: { batchSize: 9007199254740991 }`),
    textSeed('2^53 epochs', '.yaml', `${labels('dim: 8')}training: { epochs: 9007199254740991, accumulate: 1000000 }`),
    textSeed(
      'inherited names',
      '.yaml',
      'sensorium: 1\n__proto__: { polluted: 1 }\ninputs: { constructor: text, toString: { encoder: constructor, __proto__: 1 } }\nheads: { valueOf: hasOwnProperty }\nbackend: constructor',
    ),
    textSeed('a backend that objects have', '.yaml', `${labels('dim: 8')}backend: [constructor, toString]`),
    textSeed('itself as a table', '.yaml', `${labels('dim: 8').replace('rows.jsonl', 'copy-of-input.yaml')}`),
    textSeed('a device as a table', '.yaml', labels('dim: 8').replace('rows.jsonl', '/dev/zero')),
    textSeed(
      'a long name',
      '.yaml',
      `sensorium: 1\nname: ${'x'.repeat(1e6)}\ninputs: { ${'y'.repeat(1e5)}: text }\nheads: { label: ${'z'.repeat(1e6)} }`,
    ),
    textSeed('nothing', '.yaml', ''),
  ];
}

export const manifestFormat: Format = {
  share: 20,
  seeds,
  hostile,
  structured: [yamlMutation],
  others: [...textMutations, ...byteMutations],
};
