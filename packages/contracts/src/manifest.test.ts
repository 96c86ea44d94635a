import { describe, expect, it } from 'vitest';
import { manifestSchema } from './index.js';

const short = { sensorium: 1, inputs: { image: 'image' }, fusion: 'attention', heads: { answer: 'classification' } };

const optimizer = (options: object) => ({ ...short, training: { optimizer: options } });
const group = (options: object) => ({
  ...short,
  fusion: { use: 'attention', trainable: { parameters: { '**/bias': options } } },
});

describe('the schema of manifests', () => {
  it('takes the short form, which is spelt out when plugins are known', () => {
    expect(manifestSchema.parse(short)).toMatchObject(short);
  });

  it('keeps the options of a plugin as they are written', () => {
    const image = { encoder: 'image', size: 32, augment: { flip: 'both' } };
    expect(manifestSchema.parse({ ...short, inputs: { image } }).inputs).toMatchObject({ image });
  });

  it('takes optimizers and groups of parameters in short and long forms', () => {
    for (const written of ['lion', { use: 'lion', beta1: 0.95 }, { use: 'sgd', momentum: 0 }]) {
      expect(manifestSchema.parse({ ...short, training: { optimizer: written } }).training.optimizer).toEqual(written);
    }
    const { fusion } = manifestSchema.parse(group({ weightDecay: 0 }));
    expect(fusion).toMatchObject({
      trainable: { parameters: { '**/bias': { learningRate: 1, weightDecay: 0 } } },
    });
  });

  it('takes the name of its JSON Schema, which an editor reads', () => {
    expect(manifestSchema.parse({ ...short, $schema: './manifest.schema.json' })).toMatchObject(short);
  });

  it.each([
    ['another version', { ...short, sensorium: 2 }, 'sensorium'],
    ['an unknown key', { ...short, fussion: 'concat' }, ''],
    ['a rate below 0', { ...short, training: { learningRate: -1 } }, 'training.learningRate'],
    ['an unknown optimizer', { ...short, training: { optimizer: 'adam' } }, 'training.optimizer'],
    ['an option of another optimizer', optimizer({ use: 'sgd', beta1: 0.9 }), 'training.optimizer'],
    ['a decay of moments of 1', optimizer({ use: 'adamw', beta2: 1 }), 'training.optimizer'],
    ['a group without learning rate', group({ learningRate: 0 }), 'fusion'],
    ['a share above 1', { ...short, training: { validation: 2 } }, 'training.validation'],
    ['no rank', { ...short, fusion: { use: 'attention', trainable: { mode: 'lora', rank: 0 } } }, 'fusion'],
  ])('refuses %s', (_, manifest, path) => {
    const { success, error } = manifestSchema.safeParse(manifest);
    expect(success).toBe(false);
    expect(error!.issues.map((issue) => issue.path.join('.')).join()).toContain(path);
  });
});
