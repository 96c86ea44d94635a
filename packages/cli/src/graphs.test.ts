import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sensorium as runIn, type Ended } from './testing/sensorium.js';

const words = ['red', 'green', 'blue'] as const;
const colours = { red: { r: 220, g: 30, b: 30 }, green: { r: 30, g: 200, b: 30 }, blue: { r: 30, g: 30, b: 220 } };

const manifest = `sensorium: 1
inputs: { image: { encoder: image, size: 16 }, word: { encoder: text, missing: skip } }
heads: { space: { use: embedding, of: [image, word], dim: 8 } }
training: { epochs: 1, batchSize: 4 }
data: { train: train.csv }
`;

let folder: string;
const sensorium = (...args: string[]): Promise<Ended> =>
  runIn(args, { cwd: folder, env: { SENSORIUM_CACHE: join(folder, 'cache') } });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sensorium-graphs-'));
  for (const word of words) {
    const picture = sharp({ create: { width: 16, height: 16, channels: 3, background: colours[word] } });
    await picture.png().toFile(join(folder, `${word}.png`));
  }
  const rows = Array.from({ length: 24 }, (_, row) => words[row % 3] as keyof typeof colours);
  const lines = rows.map((word, row) => `${word}.png,${word} ${row}`);
  await writeFile(join(folder, 'train.csv'), ['image,word', ...lines, ''].join('\n'));
  await writeFile(join(folder, 'space.yaml'), manifest);
  const { code, stderr } = await sensorium('train', 'space.yaml', '--out', 'space');
  expect({ code, stderr }).toMatchObject({ code: 0 });
});
afterAll(() => rm(folder, { recursive: true }));

describe('further graphs of a joint space', () => {
  it('run alone, without the other input, and are saved as JSON', async () => {
    const args = ['run', 'space', '--graph', 'space.image', '--input', 'image=red.png'];
    const { code, stdout } = await sensorium(...args, '--out', 'vector.json');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^vector +float32 +\[1, 8\] +\S+ .*… 2 more$/m);
    const saved = JSON.parse(await readFile(join(folder, 'vector.json'), 'utf8')) as Record<string, { data: number[] }>;
    const { graph, tensors } = JSON.parse((await sensorium(...args, '--json')).stdout) as Record<string, unknown>;
    expect({ graph, tensors }).toEqual({ graph: 'space.image', tensors: saved });
    expect(Math.hypot(...(saved['vector']?.data ?? []))).toBeCloseTo(1, 4);
  });

  it('are named where another is asked for', async () => {
    const { code, stderr } = await sensorium('run', 'space', '--graph', 'space.imge', '--input', 'image=red.png');
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /no graph "space\.imge"[^]*Did you mean "space\.image"\? Its graphs: space\.image, space\.word/,
    );
    const without = await sensorium('run', 'starter', '--graph', 'answer.step');
    expect(without.stderr).toContain('It has answers alone');
  });

  it('are copied with the model into a folder', async () => {
    const { code, stdout } = await sensorium('export', 'space', '--out', 'copied/');
    expect(code).toBe(0);
    expect(stdout).toContain(join('copied', 'space.image.onnx'));
    const session = await InferenceSession.create(join(folder, 'copied', 'space.image.onnx'));
    expect(session.inputNames).toEqual(['image']);
    await session.release();
    expect((await sensorium('export', 'space', '--out', 'copied/')).stderr).toMatch(/is not empty/);
  });
});
