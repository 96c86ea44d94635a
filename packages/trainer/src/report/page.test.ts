import { rm, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { describeInChromium, findAxeProblems, launchChromium } from '@sensorium/testkit/chromium';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluate, renderEvaluation, train, type Metrics } from '../index.js';
import { from, makeSquares, type Squares } from '../testing/squares.js';
import { render, scoresOf } from './testing/page.js';

const widths = [360, 768, 1280];

/** Every part that a report can have, with names and numbers as long as people make them. */
async function fullPage(): Promise<string> {
  const label = (index: number): string => `${'averyverylongnamewithoutspaces'.repeat(2)}${index}`;
  const labels = Array.from({ length: 6 }, (_, index) => label(index));
  const counts = labels.map((_, row) => labels.map((_, column) => Number(row === column) * 40_000 + (row % 3)));
  const panels = [
    { kind: 'matrix', title: 'Confusion', rows: labels, columns: labels, counts },
    {
      kind: 'bins',
      title: 'Reliability',
      x: 'confidence',
      y: 'right',
      bins: [{ from: 0, to: 1, at: 0.5, value: 0.5, count: 3, interval: { low: 0.1, high: 0.9, level: 0.95 } }],
      ideal: 'diagonal',
    },
    {
      kind: 'curve',
      title: 'Recall',
      x: 'k',
      y: 'recall',
      lines: {
        [label(1)]: [
          [0, 0],
          [1, 2],
        ],
        b: [
          [0, 1],
          [1, 0],
        ],
      },
    },
    {
      kind: 'points',
      title: 'Truths',
      x: label(1),
      y: label(2),
      at: [
        [0, 1],
        [2, 3],
      ],
      ideal: 'diagonal',
    },
    { kind: 'bars', title: 'Errors', unit: '%', bars: { [label(1)]: 0.5, [label(2)]: 0, c: 0.25 } },
    {
      kind: 'table',
      title: 'Words',
      columns: [label(1), 'n', label(2)],
      rows: [
        [label(1), 0, 1e15],
        [label(2), 5, 0],
      ],
    },
  ] as const;
  const names = Array.from({ length: 7 }, (_, index) => (index % 2 === 0 ? label(index) : `head${index}`));
  const heads = Object.fromEntries(names.map((name, index) => [name, scoresOf(index < 2 ? panels : undefined)]));
  return render(
    {
      name: label(0),
      validation: heads,
      test: heads,
      decides: { head: label(0), name: 'accuracy' },
      warnings: [{ code: 'long', key: label(0), message: `${label(0)} is long.`, hint: 'Take a shorter one.' }],
      rangeTest: { chosen: 0.01, points: [1, 2, 3].map((power) => ({ learningRate: 10 ** -power, loss: power })) },
    },
    [
      {
        head: label(0),
        rank: 'worst',
        inputs: { [label(3)]: [{ kind: 'text', text: label(4) }], gone: [], broken: [{ problem: label(5) }] },
        truth: [{ kind: 'text', text: label(1) }],
        answer: { text: label(2), confidence: 0.5 },
        details: [{ title: 'runner-up', text: label(3), confidence: 0.25 }],
      },
    ],
    [{ name: label(0), value: { kind: 'text', text: label(1) }, variants: [{ kind: 'text', text: label(2) }] }],
  );
}

describeInChromium(() => {
  let browser: Browser;
  let squares: Squares;
  let metrics: Metrics;
  const pages: Record<string, string> = {};
  beforeAll(async () => {
    squares = await makeSquares({ train: 72, test: 24 });
    process.env['SENSORIUM_CACHE'] = squares.path('cache');
    browser = await launchChromium();
    const trained = await train(squares.manifest, { out: squares.path('model'), from, set: ['training.epochs=1'] });
    metrics = trained.metrics;
    pages['of a training'] = squares.path('model/report.html');
    pages['with everything'] = squares.path('full.html');
    await writeFile(squares.path('full.html'), await fullPage());
    pages['of an evaluation'] = squares.path('evaluation.html');
    const evaluated = await evaluate(squares.path('model'), { data: squares.path('test.csv'), from, robustness: true });
    await writeFile(squares.path('evaluation.html'), await renderEvaluation('squares', evaluated));
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await rm(squares.folder, { recursive: true });
  });

  async function open(name: string, width: number, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
    const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
    await page.goto(pathToFileURL(pages[name] ?? name).href);
    // What is folded away is read, too.
    await page.evaluate(() => document.querySelectorAll('details').forEach((one) => (one.open = true)));
    return page;
  }

  describe.each(['of a training', 'of an evaluation', 'with everything'])('a page %s', (name) => {
    it.each([
      [360, 'light'],
      [1280, 'dark'],
    ] as const)('of %i pixels, %s: axe finds nothing', async (width, scheme) => {
      const page = await open(name, width, scheme);
      expect(await findAxeProblems(page)).toEqual([]);
      await page.close();
    });

    it.each(widths)('of %i pixels scrolls to the side nowhere', async (width) => {
      const page = await open(name, width);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      await page.close();
    });

    it('gives every drawing a description and every picture a text', async () => {
      const page = await open(name, 1280);
      const nameless = await page.$$eval('svg[role=img], img, audio', (all) =>
        all.filter((one) => !one.getAttribute('aria-label') && !one.getAttribute('alt')).map((one) => one.outerHTML),
      );
      expect(nameless).toEqual([]);
      expect(await page.locator('svg[role=img]').count()).toBeGreaterThan(0);
      await page.close();
    });
  });

  it('tiles of seven heads fill their rows at every width', async () => {
    for (const width of widths) {
      const page = await open('with everything', width);
      const [right, tiles] = await page.evaluate(() => {
        const boxes = [...document.querySelectorAll('.tiles > div')].map((tile) => tile.getBoundingClientRect());
        const list = document.querySelector('.tiles')?.getBoundingClientRect();
        return [list?.right, boxes.map((box) => [box.top, box.right] as const)];
      });
      expect(tiles).toHaveLength(7);
      for (const top of new Set(tiles.map(([top]) => top))) {
        const ends = tiles.flatMap(([own, end]) => (own === top ? [end] : []));
        expect(Math.max(...ends)).toBeCloseTo(Number(right), 0);
      }
      await page.close();
    }
  });

  it('the page of a training shows its losses by step, its scores with intervals, and what stands beside answers', async () => {
    const page = await open('of a training', 1280);
    const text = (selector: string): Promise<string[]> => page.locator(selector).allInnerTexts();
    const [loss] = await page.locator('svg[aria-label^="Loss."] .line-0 polyline').all();
    const points = (await loss?.getAttribute('points'))?.trim().split(' ');
    expect(points).toHaveLength(metrics.steps.length);
    expect(metrics.steps.length).toBeGreaterThan(10);

    const { accuracy } = metrics.test?.['answer']?.metrics ?? {};
    const percent = (share: number | undefined): string => (100 * Number(share)).toFixed(1);
    expect((await text('#scores .chosen td')).at(-1)).toContain(
      `${percent(accuracy?.interval?.low)} … ${percent(accuracy?.interval?.high)}%`,
    );
    expect(await text('#scores th small')).toContain('n = 24');
    expect((await text('.tile'))[0]).toContain(`${percent(accuracy?.interval?.low)} …`);

    const worst = await text('#examples .worst .detail dt');
    expect(worst).toContain('runner-up');
    expect(await page.locator('.panel-bins svg circle').count()).toBeGreaterThan(0);
    await page.close();
  });

  it('the page of a training shows pictures and texts as the model sees them, each variant another one', async () => {
    const page = await open('of a training', 1280);
    expect(await page.locator('#variations h3').allInnerTexts()).toEqual(['image', 'question']);
    const pictures = await page.locator('#variations h3:first-of-type + ul li').evaluateAll((rows) =>
      rows.map((row) =>
        [...row.querySelectorAll('img')].map(({ src, naturalWidth, naturalHeight }) => ({
          src,
          size: [naturalWidth, naturalHeight],
        })),
      ),
    );
    expect(pictures).toHaveLength(6);
    for (const row of pictures) {
      expect(new Set(row.map(({ src }) => src)).size).toBe(5);
      expect(row.map(({ size }) => size)).toEqual(Array.from({ length: 5 }, () => [16, 16]));
    }
    await page.close();
  });

  it('evaluating gives the same scores, intervals and baselines', async () => {
    const { scores } = await evaluate(squares.path('model'), { data: squares.path('test.csv'), from });
    expect(scores['answer']?.metrics).toEqual(metrics.test?.['answer']?.metrics);
    for (const metric of ['accuracy', 'balancedAccuracy', 'macroF1', 'crossEntropy']) {
      expect(scores['answer']?.metrics[metric]).toMatchObject({
        interval: { low: expect.any(Number) as number, high: expect.any(Number) as number, level: 0.95 },
        baseline: { value: expect.any(Number) as number },
      });
    }
  });
});
