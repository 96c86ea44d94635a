import { describe, expect, it } from 'vitest';
import { renderReport } from './index.js';
import { linesOf, metrics, render, scoresOf, stepsOf, textOf } from './testing/page.js';

describe('the page', () => {
  it('shows the key figures, every metric with its direction, plan and manifest', async () => {
    const text = textOf(await render());
    for (const part of [
      'Validation: 90 rows of 1290, 7 % of train.csv by chance.',
      'animal Accuracy, ↑ higher is better 91.25% 83.0 … 95.7% always “cat” : 31.25% On 80 test rows.',
      'Epochs 3 the best: 2',
      'Training time 1 min 37 s on webgpu',
      'Parameters 752,141',
      'Training rows 1,200 validation 90, test 80',
      'Metric Validation n = 90 Test n = 80',
      'Accuracy ↑ higher is better Share of the answers that are right. By it epochs and models are compared. Without a model: 31.25% ( always “cat” ) 91.25% 83.0 … 95.7% 91.25% 83.0 … 95.7%',
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
    for (const name of names) {
      expect(text).toContain(`${name} Accuracy, ↑ higher is better 91.25%`);
      expect(text).toContain(`${name} Metric Test n = 80 Accuracy`);
    }
  });

  it('draws where value, interval and baseline lie: shares between 0 and 100 %, others from 0 to the largest', async () => {
    const places = (page: string) =>
      Array.from(page.matchAll(/class="(reach|baseline|value)"\s+style="left:([\d.]+)%;width:([\d.]+)%"/g), (match) =>
        match.slice(1).join(' '),
      );
    expect(places(await render())).toEqual(['reach 83.0 12.7', 'baseline 31.3 0.0', 'value 91.3 0.0']);
    const error = {
      value: 4,
      better: 'lower' as const,
      interval: { low: 2, high: 6, level: 0.95 },
      baseline: { value: 8, title: 'always 3' },
    };
    const test = { price: { decides: 'mae', metrics: { mae: error } } };
    expect(places(await render({ test }))).toEqual(['reach 25.0 50.0', 'baseline 100.0 0.0', 'value 50.0 0.0']);
  });

  it('says on top what may be wrong, that it was a first look, and that its time was over', async () => {
    const text = textOf(
      await render({
        warnings: [
          { code: 'label-once', key: 'heads.animal', message: 'Three labels occur once.', hint: 'Add rows of them.' },
          { code: 'few-rows', message: 'There are few rows.', hint: 'Add some.' },
        ],
        firstLook: { rows: 1000, of: 20_000, minutes: 1 },
        limit: { minutes: 1, steps: 25, of: 30 },
      }),
    );
    expect(text).toContain('A first look: 1000 of 20000 rows');
    expect(text).toContain('training.minutes, 1, ended it after 25 of 30 steps.');
    expect(text).toContain(
      '2 warnings heads.animal : Three labels occur once. Add rows of them. There are few rows. Add some.',
    );
    expect(await render()).not.toContain('id="warnings"');
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
      metrics: {
        [attack]: {
          value: 1,
          better: 'higher' as const,
          title: attack,
          meaning: attack,
          unit: attack,
          interval: { low: 0, high: 2, level: 0.95 },
          baseline: { value: 1, title: attack },
        },
      },
      panels: [
        { kind: 'matrix', title: attack, meaning: attack, rows: [attack, 'b'], columns: ['b', attack], counts },
        { kind: 'matrix', title: attack, rows: labels, columns: labels, counts: labels.map(() => labels.map(() => 1)) },
        { kind: 'curve', title: attack, x: attack, y: attack, lines: { [attack]: [[0, 1]], b: [[1, 2]] } },
        { kind: 'points', title: attack, x: attack, y: attack, at: [[0, 1]], ideal: 'diagonal' },
        { kind: 'bins', title: attack, x: attack, y: attack, bins: [{ from: 0, to: 1, at: 0.5, value: 1, count: 3 }] },
        { kind: 'bars', title: attack, unit: attack, bars: { [attack]: 1 } },
        { kind: 'table', title: attack, columns: [attack], rows: [[attack]] },
      ] as const,
    };
    const losses = { [attack]: 1, b: 2 };
    const epoch = { epoch: 1, loss: 1, losses, seconds: 1 };
    const steps = [{ step: 1, loss: 1, losses, learningRate: 1 }];
    const page = await renderReport({
      metrics: {
        ...metrics,
        name: attack,
        backend: attack,
        decides: { head: attack, name: attack },
        steps,
        heldOut: attack,
        warnings: [{ code: 'own', key: attack, message: attack, hint: attack }],
        bestEpoch: 1,
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
          details: [{ title: attack, text: attack }],
        },
      ],
      variations: [{ name: attack, value: { kind: 'text', text: attack }, variants: [{ problem: attack }] }],
      plan: attack,
      manifestText: attack,
    });
    expect(page).not.toMatch(/<script|<img/);
    expect(page).toContain('&#60;script&#62;alert(&#39;x&#39;)&#60;/script&#62;');
    expect(page).not.toContain('onerror=alert(1)>');
  });

  it('does without validation, test, meters and examples', async () => {
    const history = [{ epoch: 1, loss: 1.5, losses: { animal: 1.5 }, seconds: 2 }];
    const steps = stepsOf(1);
    const page = await render({ validation: undefined, test: undefined, decides: null, bestEpoch: 1, history, steps });
    expect(textOf(page)).toContain('Nothing was held out');
    expect(page).not.toContain('id="panels"');
    expect(page).not.toContain('NaN');
    expect(textOf(await render({ validation: {}, test: undefined, decides: { head: null, name: 'loss' } }))).toContain(
      'No head of this model has a meter',
    );
  });
});

/** The whole curves of a chart: the numbers in its description. */
const described = (page: string, title: string): string =>
  new RegExp(`aria-label="(${title}\\.[^"]*)"`).exec(page)?.[1] ?? expect.fail(`no chart "${title}"`);

describe('the curves of training', () => {
  it('are drawn to scale: losses by step, validation by epoch, over the same axis', async () => {
    const [loss, heldLoss, accuracy] = linesOf(await render()).filter((points) => points.length > 2);
    if (!loss || !heldLoss || !accuracy) throw new Error('there are no three lines');
    expect([loss.length, heldLoss.length, accuracy.length]).toEqual([30, 3, 3]);
    // A loss that falls evenly is a straight line downwards (y grows downwards).
    const slopes = loss.slice(1).map(([x, y], index) => {
      const [before, above] = loss[index] as [number, number];
      return ((y as number) - above) / ((x as number) - before);
    });
    for (const slope of slopes) expect(slope).toBeCloseTo(slopes[0] as number, 1);
    expect(slopes[0]).toBeGreaterThan(0);
    // Steps 10, 20 and 30 are the ends of the epochs; their losses 2, 1, 0 lie 0.1 below those of validation.
    const ends = [9, 19, 29].map((index) => loss[index] as [number, number]);
    expect(ends.map(([x]) => x)).toEqual(heldLoss.map(([x]) => x));
    for (const [index, [, y]] of ends.entries()) expect(y - (heldLoss[index]?.[1] as number)).toBeGreaterThan(1);
    // 0.5 → 0.9 → 0.7: the last is in the middle.
    const [low, high, middle] = accuracy.map(([, y]) => y) as [number, number, number];
    expect(middle).toBeCloseTo((low + high) / 2, 0);
  });

  it('mark the best epoch, say in words what they show, and have their numbers in a table', async () => {
    const page = await render();
    expect(page.match(/>\s*best: epoch 2\s*</g)).toHaveLength(2);
    expect(described(page, 'Loss')).toMatch(
      /training loss goes from 2\.9 at epoch 0\.1 to 0 at epoch 3\. validation loss goes from 2\.1 .*best: epoch 2\./,
    );
    expect(textOf(page)).toContain('2 (best) 1 1.1 90.00% 20 ° 4 s');
  });

  it('of one epoch are a curve, and what was measured once is no chart', async () => {
    const page = await render({ history: metrics.history.slice(0, 1), steps: stepsOf(1), bestEpoch: 1 });
    expect(linesOf(page).filter((line) => line.length === 10)).toHaveLength(1);
    expect(page).not.toContain('Validation accuracy: animal');
    expect(described(page, 'Loss')).toContain('training loss goes from 2.7 at epoch 0.1 to 0 at epoch 1.');
  });

  it('end where the time of an epoch was over', async () => {
    const [first, second] = metrics.history;
    if (!first || !second) throw new Error('there are no two epochs');
    const history = [first, { ...second, share: 0.4 }];
    const page = await render({ history, steps: stepsOf(3).slice(0, 14), bestEpoch: 2 });
    expect(described(page, 'Validation accuracy: animal')).toContain('to 90.00% at epoch 1.4.');
    expect(textOf(page)).toContain('2 (best), 40% of it');
  });

  it('show the losses by name where there are several', async () => {
    const losses = (scale: number) => ({ loss: 3 / scale, losses: { animal: 2 / scale, 'fusion.balance': 1 / scale } });
    const history = [1, 2].map((epoch) => ({ epoch, ...losses(epoch), seconds: 1 }));
    const steps = [1, 2].map((step) => ({ step: 10 * step, ...losses(step), learningRate: 0.1 }));
    const page = await render({ history, steps, validation: undefined, decides: null });
    expect(described(page, 'Losses of the training rows, by name')).toMatch(
      /animal goes from 2 .*fusion\.balance goes from 1 /,
    );
    expect(textOf(page)).toContain('Training loss, animal Training loss, fusion.balance');
  });

  it('show of each input alone what is lost beside what all of them lose', async () => {
    const losses = (scale: number) => ({
      loss: 3 / scale,
      losses: { animal: 3 / scale, 'alone.animal.photo': 4 / scale, 'alone.animal.note': 5 },
    });
    const history = [1, 2].map((epoch) => ({ epoch, ...losses(epoch), seconds: 1 }));
    const steps = [1, 2].map((step) => ({ step: 10 * step, ...losses(step), learningRate: 0.1 }));
    const held = history.map((report) => ({ ...report, validation: { ...losses(2 * report.epoch), metrics: {} } }));
    const shown = { history: held, steps, validation: undefined, decides: null };
    const title = 'Loss of animal from all inputs and from each alone';
    const page = await render(shown);
    expect(described(page, `${title}, training rows`)).toMatch(
      /all inputs goes from 3 .*to 1\.5 .*photo alone goes from 4 .*to 2 .*note alone goes from 5 .*to 5 /,
    );
    expect(described(page, `${title}, validation rows`)).toMatch(/photo alone goes from 2 .*to 1 /);
    expect(page).not.toContain('by name');
    expect(await render({ ...shown, history })).not.toContain(`${title}, validation rows`);
  });

  it('have the learning rate where it changes, and a sentence where it does not', async () => {
    const constant = await render();
    expect(textOf(constant)).toContain('The learning rate was 0.001 throughout.');
    expect(constant).not.toContain('aria-label="Learning rate.');
    const steps = stepsOf(3).map((step, index) => ({ ...step, learningRate: 0.01 * (30 - index) }));
    expect(described(await render({ steps }), 'Learning rate')).toContain('goes from 0.3 at epoch 0.1 to 0.01');
  });

  it('show by which range test the learning rate was chosen, over factors', async () => {
    const points = [1e-5, 1e-4, 1e-3, 1e-2, 1e-1].map((learningRate, index) => ({ learningRate, loss: 5 - index }));
    const page = await render({ rangeTest: { chosen: 0.001, points } });
    expect(textOf(page)).toContain('The range test chose a learning rate of 0.001.');
    expect(described(page, 'Range test of the learning rate')).toContain('loss goes from 5 at learning rate 1e-5 to 1');
    const line = linesOf(page).find((own) => own.length === 5);
    const steps = line?.slice(1).map(([x], index) => (x as number) - (line[index]?.[0] as number)) ?? [];
    for (const step of steps) expect(step).toBeCloseTo(steps[0] as number, 0);
    expect(page).toMatch(/>\s*chosen: 0\.001\s*</);
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
