import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Raster, Scores } from '@sensorium/contracts';
import { decodeImage, encodePng } from '@sensorium/media';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Example, Metrics } from '../metrics.js';
import { renderReport } from './index.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sensorium-report-'));
});
afterAll(() => rm(folder, { recursive: true }));

const scores = (counts: readonly (readonly number[])[], labels: readonly string[]): Scores => ({
  primary: 'accuracy',
  values: { accuracy: 0.9125, calibrationError: 0.0213, crossEntropy: 0.31415 },
  confusion: { labels, counts },
});

const catsAndDogs = scores(
  [
    [45, 5],
    [2, 28],
  ],
  ['cat', 'dog'],
);

const epoch = (epoch: number, loss: number, accuracy: number) => ({
  epoch,
  loss,
  seconds: 4,
  validation: { animal: { accuracy, calibrationError: 0.05, crossEntropy: loss + 0.1 } },
});

const metrics: Metrics = {
  name: 'pets',
  backend: 'webgpu',
  seconds: 97,
  rows: { train: 1200, validation: 90, test: 80 },
  parameters: 752_141,
  bestEpoch: 2,
  history: [epoch(1, 2, 0.5), epoch(2, 1, 0.9), epoch(3, 0, 0.7)],
  validation: { animal: catsAndDogs },
  test: { animal: catsAndDogs },
};

const example = (source: string, changes: Partial<Example> = {}): Example => ({
  head: 'animal',
  inputs: [
    { name: 'photo', modality: 'image', cell: 'photos/1.png', source },
    { name: 'note', modality: 'text', cell: 'sleeps a lot', source: 'sleeps a lot' },
  ],
  truth: 'cat',
  prediction: 'dog',
  probability: 0.875,
  right: false,
  ...changes,
});

const render = (changes: Partial<Metrics> = {}, examples: readonly Example[] = []): Promise<string> =>
  renderReport({ metrics: { ...metrics, ...changes }, examples, plan: 'image → 3×64×64', manifestText: '{"a":1}' });

/** What people read: without tags, with single spaces. */
const textOf = (page: string): string =>
  page
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');

async function noise(name: string, size: number): Promise<string> {
  const path = join(folder, name);
  const data = Uint8Array.from({ length: size * size * 3 }, () => Math.random() * 256);
  await writeFile(path, await encodePng({ kind: 'image', width: size, height: size, channels: 3, data }));
  return path;
}

const picturesOf = (page: string): string[] =>
  [...page.matchAll(/<img[^>]* src="([^"]*)"/g)].map(([, url]) => url ?? '');

describe('the page', () => {
  it('shows the key figures, every score, plan and manifest', async () => {
    const text = textOf(await render());
    for (const part of ['Accuracy 91.25% 80 test rows', 'Calibration error 2.13%', 'Epochs 3 the best: 2', '752,141']) {
      expect(text).toContain(part);
    }
    expect(text).toContain('Training time 1 min 37 s on webgpu');
    expect(text).toContain('Training rows 1,200 validation 90, test 80');
    expect(text).toMatch(/Cross-entropy Mean of .* 0.3142 0.3142/);
    expect(text).toContain('always answering “ cat ”, the most frequent label, would be right in 63% of the cases');
    expect(text).toContain('image → 3×64×64');
    expect(text).toContain('{&quot;a&quot;:1}');
  });

  it('needs nothing outside itself and runs nothing', async () => {
    const page = await render({}, [example(await noise('own.png', 20))]);
    expect(page).not.toMatch(/<script|<link|<iframe|@import|url\(/);
    const references = [...page.matchAll(/\b(?:src|href)="([^"]*)"/g)].map(([, target]) => target ?? '');
    expect(references).toHaveLength(1);
    expect(references.every((target) => target.startsWith('data:image/png;base64,'))).toBe(true);
    expect(page).toContain(`content="default-src &#39;none&#39;;`);
  });

  it('lets no text of the data become markup', async () => {
    const attack = `"><script>alert('x')</script><img src=x onerror=alert(1)>`;
    const hostile = scores(catsAndDogs.confusion?.counts ?? [], [attack, `${attack} too`]);
    const many = Array.from({ length: 31 }, (_, label) => `${attack}${label}`);
    const pairs = scores(
      many.map((_, row) => many.map((_, column) => row + column)),
      many,
    );
    const page = await renderReport({
      metrics: {
        ...metrics,
        name: attack,
        backend: attack,
        history: [{ epoch: 1, loss: 1, seconds: 1, validation: { [attack]: { accuracy: 1, [attack]: 1 } } }],
        validation: { [attack]: hostile, pairs },
        test: { [attack]: hostile, pairs },
      },
      examples: [
        example(join(folder, `${attack}.png`), {
          head: attack,
          truth: attack,
          prediction: attack,
          inputs: [
            { name: attack, modality: 'text', cell: attack, source: attack },
            { name: attack, modality: 'image', cell: attack, source: attack },
          ],
        }),
      ],
      plan: attack,
      manifestText: attack,
    });
    expect(page).not.toMatch(/<script|<img/);
    expect(page).toContain('&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;');
    expect(page).not.toContain('onerror=alert(1)>');
  });

  it('does without validation, test and examples', async () => {
    const history = [{ epoch: 1, loss: 1.5, seconds: 2 }];
    const page = await render({ validation: undefined, test: undefined, bestEpoch: 1, history });
    expect(textOf(page)).toContain('Nothing was held out');
    expect(page).not.toContain('id="confusion"');
    expect(page).not.toContain('NaN');
  });
});

describe('the curves', () => {
  const linesOf = (page: string): number[][][] =>
    [...page.matchAll(/<polyline points="([\d., ]*)"/g)]
      .map(([, points]) => (points ?? '').split(' ').map((point) => point.split(',').map(Number)))
      .filter((points) => points.length === 3);

  it('are drawn to scale', async () => {
    const [loss, , accuracy] = linesOf(await render());
    const [first, second, third] = loss ?? [];
    // A loss that falls evenly is a straight line downwards (y grows downwards).
    expect((second?.[0] ?? 0) - (first?.[0] ?? 0)).toBeCloseTo((third?.[0] ?? 0) - (second?.[0] ?? 0), 0);
    expect((second?.[1] ?? 0) - (first?.[1] ?? 0)).toBeCloseTo((third?.[1] ?? 0) - (second?.[1] ?? 0), 0);
    expect(first?.[1]).toBeLessThan(third?.[1] ?? 0);
    // 0.5 → 0.9 → 0.7: the last is in the middle.
    const heights = accuracy?.map(([, y]) => y ?? 0) ?? [];
    expect(heights[2]).toBeCloseTo(((heights[0] ?? 0) + (heights[1] ?? 0)) / 2, 0);
  });

  it('mark the best epoch, say in words what they show, and have their numbers in a table', async () => {
    const page = await render();
    expect(page.match(/best: epoch 2/g)).toHaveLength(2);
    expect(page).toMatch(
      /aria-label="Loss: training loss goes from 2 at epoch 1 to 0 at epoch 3\.[^"]*Epoch 2 is the best\."/,
    );
    expect(textOf(page)).toContain('2 (best) 1 90.00% 5.00% 1.1 4 s');
  });

  it('of a long history have a table that keeps the best epoch', async () => {
    const history = Array.from({ length: 1000 }, (_, index) => epoch(index + 1, 1 / (index + 1), 0.5));
    const text = textOf(await render({ history, bestEpoch: 777 }));
    expect(text).toContain('One epoch in 10, and the best');
    expect(text).toContain('777 (best)');
  });
});

describe('the confusion', () => {
  it('has a row for each truth, with shares, recall and precision', async () => {
    const page = await render();
    const text = textOf(page);
    expect(text).toContain('cat 45 5 50 90% dog 2 28 30 93% precision 96% 85% 80');
    expect(page).toContain('title="10.00% of “cat” predicted as “dog”"');
  });

  it('of many labels shows the most confused pairs, and says so', async () => {
    const labels = Array.from({ length: 40 }, (_, label) => `label${label}`);
    const counts = labels.map((_, row) => labels.map((_, column): number => (row === column ? 90 : 0)));
    counts[7]![9] = 10;
    counts[3]![4] = 30;
    const text = textOf(await render({ test: { animal: scores(counts, labels) } }));
    expect(text).toContain('The matrix of 40 labels would be too large to read');
    expect(text).toContain('label3 label4 30 25% label7 label9 10 10%');
  });
});

describe('the examples', () => {
  it('show pictures as they are, texts, truth, prediction and probability', async () => {
    const data = Uint8Array.from({ length: 8 * 6 * 3 }, (_, index) => index);
    const raster: Raster = { kind: 'image', width: 8, height: 6, channels: 3, data };
    const path = join(folder, 'small.png');
    await writeFile(path, await encodePng(raster));
    const page = await render({}, [example(path)]);
    expect(await decodeImage(picturesOf(page)[0] ?? '')).toEqual(raster);
    expect(page).toMatch(/<img[^>]*class="pixels"/s);
    expect(page).toMatch(/<img[^>]*alt="photo: photos\/1.png"/s);
    expect(textOf(page)).toContain('note sleeps a lot Predicted ✗ dog 87.50% Truth cat');
    expect(textOf(page)).toContain('animal: wrong, the most confident first (1 of 7)');
  });

  it('reduce large pictures and keep their proportions', async () => {
    const path = join(folder, 'wide.png');
    const data = new Uint8Array(400 * 100);
    await writeFile(path, await encodePng({ kind: 'image', width: 400, height: 100, channels: 1, data }));
    const page = await render({}, [example(path)]);
    expect(await decodeImage(picturesOf(page)[0] ?? '')).toMatchObject({ width: 96, height: 24 });
    expect(page).not.toMatch(/<img[^>]*class="pixels"/s);
  });

  it('have a note for a picture that is gone or damaged, and for a value that never was', async () => {
    const damaged = join(folder, 'damaged.png');
    await writeFile(damaged, 'no picture');
    const page = await render({}, [example(join(folder, 'gone.png')), example(damaged), example('')]);
    expect(picturesOf(page)).toEqual([]);
    expect(page.match(/cannot be shown/g)).toHaveLength(2);
    expect(textOf(page)).toContain('looks like');
  });

  it('are the most confident mistakes first, 24 at most, and right ones from all over', async () => {
    const wrong = Array.from({ length: 30 }, (_, index) =>
      example('', { probability: index / 100, prediction: `wrong${index}` }),
    );
    const right = Array.from({ length: 48 }, (_, index) => example('', { right: true, prediction: `right${index}` }));
    const text = textOf(await render({}, [...wrong, ...right]));
    const shown = [...text.matchAll(/[✗✓] (\w+)/g)].map(([, label]) => label);
    expect(shown.slice(0, 24)).toEqual(Array.from({ length: 24 }, (_, index) => `wrong${29 - index}`));
    expect(shown.slice(24)).toEqual(Array.from({ length: 24 }, (_, index) => `right${index * 2}`));
  });

  it('keep the page below 2 MB, even of noise, long texts and a huge manifest', async () => {
    const source = await noise('noise.png', 200);
    const long = 'word '.repeat(20_000);
    const examples = ['animal', 'breed'].flatMap((head) =>
      Array.from({ length: 60 }, (_, index) =>
        example('', {
          head,
          right: index % 2 === 0,
          truth: long,
          inputs: [
            { name: 'left', modality: 'image', cell: 'left', source },
            { name: 'right', modality: 'image', cell: 'right', source },
            { name: 'note', modality: 'text', cell: long, source: long },
          ],
        }),
      ),
    );
    const page = await renderReport({ metrics, examples, plan: '', manifestText: 'x'.repeat(5e6) });
    expect(Buffer.byteLength(page)).toBeLessThan(2e6);
    expect(picturesOf(page)).toHaveLength(96);
    expect(textOf(page)).toContain('(4,800,000 characters more)');
  });
});
