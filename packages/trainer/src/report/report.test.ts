import { describe, expect, it } from 'vitest';
import { renderReport } from './index.js';
import { linesOf, metrics, render, scoresOf, textOf } from './testing/page.js';

describe('the page', () => {
  it('shows the key figures, every metric with its direction, plan and manifest', async () => {
    const text = textOf(await render());
    for (const part of [
      'Accuracy 91.25% ↑ higher is better; 80 test rows',
      'Epochs 3 the best: 2',
      'Training time 1 min 37 s on webgpu',
      'Parameters 752,141',
      'Training rows 1,200 validation 90, test 80',
      'Accuracy ↑ higher is better Share of the answers that are right. By it epochs and models are compared. 91.25% 91.25%',
      'Mean absolute error ↓ lower is better 12.35 ° 12.35 °',
      'image → 3×64×64',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).toContain('{&#34;a&#34;:1}');
  });

  it('has a tile and a table for each head, of any number', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `head${index}`);
    const heads = Object.fromEntries(names.map((name) => [name, scoresOf()]));
    const text = textOf(await render({ validation: undefined, test: heads, history: [] }));
    for (const name of names) expect(text).toContain(`Accuracy, ${name} 91.25%`);
  });

  it('says which head decided and by which metric', async () => {
    expect(textOf(await render())).toContain('Epoch 2 was kept: its validation accuracy of “ animal ” is the best.');
    expect(textOf(await render({ decides: { head: null, name: 'loss' } }))).toContain(
      'Epoch 2 was kept: its validation loss is the lowest.',
    );
    expect(textOf(await render({ decides: null }))).toContain('so the last epoch’s weights were kept');
  });

  it('runs nothing and allows nothing to be fetched', async () => {
    const page = await render();
    expect(page).not.toMatch(/<script|<link|<iframe|@import|url\(/);
    expect(page).toContain(
      `content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; img-src data:; media-src data:"`,
    );
  });

  it('lets no text of the data become markup', async () => {
    const attack = `"><script>alert('x')</script><img src=x onerror=alert(1)>`;
    const counts = [
      [1, 2],
      [3, 4],
    ];
    const labels = Array.from({ length: 31 }, (_, index) => `${attack}${index}`);
    const hostile = {
      decides: attack,
      metrics: { [attack]: { value: 1, better: 'higher' as const, title: attack, meaning: attack, unit: attack } },
      panels: [
        { kind: 'matrix', title: attack, meaning: attack, rows: [attack, 'b'], columns: ['b', attack], counts },
        { kind: 'matrix', title: attack, rows: labels, columns: labels, counts: labels.map(() => labels.map(() => 1)) },
        { kind: 'curve', title: attack, x: attack, y: attack, lines: { [attack]: [[0, 1]], b: [[1, 2]] } },
        { kind: 'points', title: attack, x: attack, y: attack, at: [[0, 1]], ideal: 'diagonal' },
        { kind: 'bars', title: attack, unit: attack, bars: { [attack]: 1 } },
        { kind: 'table', title: attack, columns: [attack], rows: [[attack]] },
      ] as const,
    };
    const losses = { [attack]: 1, b: 2 };
    const epoch = { epoch: 1, loss: 1, losses, seconds: 1 };
    const page = await renderReport({
      metrics: {
        ...metrics,
        name: attack,
        backend: attack,
        decides: { head: attack, name: attack },
        history: [{ ...epoch, validation: { loss: 1, losses, metrics: { [attack]: { [attack]: 1 } } } }],
        validation: { [attack]: hostile },
        test: { [attack]: hostile, [`${attack}2`]: hostile },
      },
      examples: [
        {
          head: attack,
          rank: 'worst',
          inputs: { [attack]: [{ kind: 'text', text: attack }, { problem: attack }] },
          truth: [{ kind: 'text', text: attack }],
          answer: {
            text: attack,
            media: { kind: 'curve', x: attack, y: attack, lines: { [attack]: [] }, alt: attack },
          },
        },
      ],
      plan: attack,
      manifestText: attack,
    });
    expect(page).not.toMatch(/<script|<img/);
    expect(page).toContain('&#60;script&#62;alert(&#39;x&#39;)&#60;/script&#62;');
    expect(page).not.toContain('onerror=alert(1)>');
  });

  it('does without validation, test, meters and examples', async () => {
    const history = [{ epoch: 1, loss: 1.5, losses: { animal: 1.5 }, seconds: 2 }];
    const page = await render({ validation: undefined, test: undefined, decides: null, bestEpoch: 1, history });
    expect(textOf(page)).toContain('Nothing was held out');
    expect(page).not.toContain('id="panels"');
    expect(page).not.toContain('NaN');
    expect(textOf(await render({ validation: {}, test: undefined, decides: { head: null, name: 'loss' } }))).toContain(
      'No head of this model has a meter',
    );
  });
});

describe('the curves of training', () => {
  it('are drawn to scale', async () => {
    const [loss, heldLoss, accuracy] = linesOf(await render()).filter((points) => points.length === 3);
    if (!loss || !heldLoss || !accuracy) throw new Error('there are no three lines');
    const heights = (line: number[][]): number[] => line.map(([, y]) => y as number);
    const [first, second, third] = heights(loss) as [number, number, number];
    // A loss that falls evenly is a straight line downwards (y grows downwards).
    expect(second - first).toBeCloseTo(third - second, 0);
    expect(first).toBeLessThan(third);
    expect(loss.map(([x]) => x)).toEqual(heldLoss.map(([x]) => x));
    // 0.1 more is higher up by as much everywhere.
    const gaps = heights(heldLoss).map((y, index) => (heights(loss)[index] as number) - y);
    for (const gap of gaps) expect(gap).toBeCloseTo(gaps[0] as number, 0);
    expect(gaps[0]).toBeGreaterThan(1);
    // 0.5 → 0.9 → 0.7: the last is in the middle.
    const [low, high, middle] = heights(accuracy) as [number, number, number];
    expect(middle).toBeCloseTo((low + high) / 2, 0);
  });

  it('mark the best epoch, say in words what they show, and have their numbers in a table', async () => {
    const page = await render();
    expect(page.match(/>best: epoch 2</g)).toHaveLength(2);
    expect(page).toMatch(
      /aria-label="Loss\. training loss goes from 2 at epoch 1 to 0 at epoch 3\. validation loss goes from 2\.1[^"]*best: epoch 2\."/,
    );
    expect(textOf(page)).toContain('2 (best) 1 1.1 90.00% 20 ° 4 s');
  });

  it('show the losses by name where there are several', async () => {
    const history = [1, 2].map((epoch) => ({
      epoch,
      loss: 3 / epoch,
      losses: { animal: 2 / epoch, 'fusion.balance': 1 / epoch },
      seconds: 1,
    }));
    const page = await render({ history, validation: undefined, decides: null });
    expect(page).toMatch(
      /aria-label="Losses of the training rows, by name\. animal goes from 2 [^"]*fusion\.balance goes from 1 /,
    );
    expect(textOf(page)).toContain('Training loss, animal Training loss, fusion.balance');
  });

  it('of a long history have a table that keeps the best epoch', async () => {
    const history = Array.from({ length: 1000 }, (_, index) => ({
      epoch: index + 1,
      loss: 1,
      losses: { animal: 1 },
      seconds: 1,
    }));
    const text = textOf(await render({ history, bestEpoch: 777 }));
    expect(text).toContain('One epoch in 10, and the best');
    expect(text).toContain('777 (best)');
  });
});
