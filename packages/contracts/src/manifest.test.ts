import { describe, expect, it } from 'vitest';
import { manifestSchema } from './index.js';

const short = { sensorium: 1, inputs: { image: 'image' }, fusion: 'attention', heads: { answer: 'classification' } };

describe('the schema of manifests', () => {
  it('takes the short form, which is spelt out when plugins are known', () => {
    expect(manifestSchema.parse(short)).toMatchObject(short);
  });

  it('keeps the options of a plugin as they are written', () => {
    const image = { encoder: 'image', size: 32, augment: { flip: 'both' } };
    expect(manifestSchema.parse({ ...short, inputs: { image } }).inputs).toMatchObject({ image });
  });

  it('takes the name of its JSON Schema, which an editor reads', () => {
    expect(manifestSchema.parse({ ...short, $schema: './manifest.schema.json' })).toMatchObject(short);
  });

  it.each([
    ['another version', { ...short, sensorium: 2 }, 'sensorium'],
    ['an unknown key', { ...short, fussion: 'concat' }, ''],
    ['a rate below 0', { ...short, training: { learningRate: -1 } }, 'training.learningRate'],
    ['an unknown optimizer', { ...short, training: { optimizer: 'adam' } }, 'training.optimizer'],
    ['a share above 1', { ...short, training: { validation: 2 } }, 'training.validation'],
    ['no rank', { ...short, fusion: { use: 'attention', trainable: { mode: 'lora', rank: 0 } } }, 'fusion'],
  ])('refuses %s', (_, manifest, path) => {
    const { success, error } = manifestSchema.safeParse(manifest);
    expect(success).toBe(false);
    expect(error!.issues.map((issue) => issue.path.join('.')).join()).toContain(path);
  });
});
