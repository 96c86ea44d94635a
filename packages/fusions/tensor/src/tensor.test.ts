import {
  affine,
  conformsAsFusion,
  conformsToReadme,
  expectAllClose,
  fuse,
  gelu,
  pooledSamples,
  standardized,
} from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import { tensor } from './index.js';

conformsAsFusion(tensor, { options: [{}, { dim: 7, width: 3, hidden: 5, dropout: 0.5, most: 64 }] });
conformsToReadme(tensor, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

const [image, text, sound] = [
  [0.5, -1, 2],
  [1, -2, 0, 3],
  [3, 1],
];

describe('tensor', () => {
  const { weights, run } = fuse(
    tensor,
    { dim: 4, width: 2, hidden: 5 },
    { image: [3, 3], text: [1, 4], sound: [2, 2] },
  );
  const plain = (name: string, x: readonly number[]): number[] => affine(weights, `${name}/project`, standardized(x));
  const [seen, read, heard] = [plain('image', image), plain('text', text), plain('sound', sound)];
  const fused = (...vectors: (readonly number[])[]): number[] => {
    const product = vectors.reduce((all, vector) => all.flatMap((a) => [1, ...vector].map((b) => a * b)), [1]);
    expect(product).toHaveLength(27);
    return standardized(affine(weights, 'contract', affine(weights, 'expand', product).map(gelu)));
  };

  it('computes norm(MLP([1; z_1] ⊗ [1; z_2] ⊗ [1; z_3]))', async () => {
    const { pooled, tokens } = await run(pooledSamples({ image: [image], text: [text], sound: [sound] }));
    expectAllClose(pooled.data, fused(seen, read, heard));
    expect(tokens.shape).toEqual([1, 1, 4]);
  });

  it('has zeros in place of what is missing', async () => {
    const { pooled } = await run(pooledSamples({ image: [image, null], text: [null, text], sound: [sound, null] }));
    expectAllClose(pooled.data, [...fused(seen, [0, 0], heard), ...fused([0, 0], read, [0, 0])]);
  });

  it('refuses a tensor that would explode, and says what fuses as many inputs without it', () => {
    const sizes = { a: [1, 2], b: [1, 2], c: [1, 2], d: [1, 2] } as const;
    expect(() => fuse(tensor, {}, sizes)).toThrow(
      expect.objectContaining({
        code: 'SENSORIUM_MANIFEST_INVALID',
        message: 'the tensor of 4 inputs of width 32 has 1185921 values, and "most" allows 65536',
        hint: 'Fuse by "low-rank", which computes such products with about 67584 weights (rank 4), or choose a smaller width.',
      }),
    );
    expect(() => fuse(tensor, { width: 15 }, sizes)).not.toThrow();
    expect(() => fuse(tensor, { width: 15, most: 65535 }, sizes)).toThrow('has 65536 values');
  });
});
