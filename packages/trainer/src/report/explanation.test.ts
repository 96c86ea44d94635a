import type { Overlay } from '@sensorium/contracts';
import { decodeImage, encodePng } from '@sensorium/media';
import { text } from '@sensorium/modality-text';
import type { Explanation, GradientExplanation } from '@sensorium/orchestrator';
import { describe, expect, it } from 'vitest';
import { renderExplanations } from './explanation.js';
import { sourcesOf, textOf } from './testing/page.js';

const explanation = (changes: Partial<Explanation> = {}): Explanation => ({
  head: 'answer',
  output: '<cat>',
  value: 0.9,
  unit: '%',
  inputs: { note: [{ modality: text, value: 'it <b>purrs</b>' }], photo: [] },
  shapley: { none: 0.1, values: { note: 0.8, photo: 0 }, neverMissing: ['note'] },
  ...changes,
});

const gradientsOf = (...overlays: Overlay[]): GradientExplanation => {
  const tensors = { ids: { dtype: 'float32', shape: [1, 2], data: Float32Array.of(0.5, 0.25) } } as const;
  const own = { timesInput: tensors, integrated: tensors, overlays: { timesInput: [], integrated: overlays } };
  return { baseline: 0.125, inputs: { note: own } };
};

const render = (changes?: Partial<Explanation>): Promise<string> => renderExplanations('pets', [explanation(changes)]);

describe('the page of an explanation', () => {
  it('says what each input contributes, and what training never saw', async () => {
    const page = await render();
    const words = textOf(page);
    expect(words).toContain('note it &#60;b&#62;purrs&#60;/b&#62; photo no value');
    expect(words).toContain('answer : &#60;cat&#62; , 90.00%.');
    expect(words).toContain('Without any input the number would be 10.00%, with all it is 90.00%');
    expect(words).toContain('Training never saw a sample without note ,');
    expect(words).toMatch(/note 80\.00%/);
    expect(page).not.toContain('<b>purrs');
    expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
  });

  it('numbers samples where there are several', async () => {
    const words = textOf(
      await renderExplanations('pets', [explanation(), explanation({ output: null, unit: undefined })]),
    );
    expect(words).toMatch(/Sample 1 .*Sample 2 .*answer : 0\.9\./);
  });

  it('shows a picture in blue where it speaks for the answer, and in orange where against', async () => {
    const grey = { width: 2, height: 1, channels: 3, data: new Uint8Array(6).fill(128) } as const;
    const picture = {
      kind: 'picture',
      png: await encodePng(grey),
      width: 2,
      height: 1,
      weights: [1, -1],
      alt: 'a pet',
    } as const;
    const page = await render({ gradients: gradientsOf(picture) });
    const { width, height, data } = await decodeImage(sourcesOf(page, 'img')[0]!);
    const at = (column: number) => Array.from(data.subarray(3 * column, 3 * column + 3));
    expect([width, height]).toEqual([160, 80]);
    const [[r1, , b1], [r2, , b2]] = [at(0), at(width - 1)] as [number[], number[]];
    expect(b1! - r1!).toBeGreaterThan(50);
    expect(r2! - b2!).toBeGreaterThan(50);
    expect(page).toContain('alt="a pet. What speaks most for the answer lies at the top left."');
    const words = textOf(page);
    expect(words).toContain('the number would be 12.50%; what is shown sums to 75.00% of the difference of 77.50%');
  });

  it('colours words, and says how much for those who do not see that', async () => {
    const parts = [
      { text: 'it', weight: -0.5 },
      { text: '<u>', weight: 1 },
    ];
    const page = await render({ gradients: gradientsOf({ kind: 'parts', parts }) });
    expect(page).toMatch(/class="against"\s+style="--strength:0.500"/);
    expect(textOf(page)).toContain('it (against it, 50% of the strongest)');
    expect(page).not.toContain('<u>');
  });

  it('draws lines over what their stretches contribute', async () => {
    const line = Array.from({ length: 10 }, (_, at) => [at, at % 3] as const);
    const weights = { sound: line.map(([at]) => (at === 9 ? 1 : -0.1)) };
    const page = await render({
      gradients: gradientsOf({ kind: 'curve', x: 'time', y: 'level', lines: { sound: line }, weights, alt: 'a purr' }),
    });
    expect(page.match(/<rect\s+class="against"/g)).toHaveLength(9);
    expect(page.match(/<rect\s+class="for"/g)).toHaveLength(1);
    expect(page).toContain('sound: what speaks most for the answer lies after 100% of it.');
  });

  it('shows some frames of a film', async () => {
    const png = await encodePng({ width: 4, height: 4, channels: 3, data: new Uint8Array(48) });
    const frames = Array.from({ length: 20 }, () => ({ png, width: 1, height: 1, weights: [0] }));
    const page = await render({ gradients: gradientsOf({ kind: 'frames', frames, rate: 10, alt: 'a pet' }) });
    expect(sourcesOf(page, 'img')).toHaveLength(6);
  });

  it('has a table of attention between inputs, its own tokens among them', async () => {
    const layer = {
      ...{ name: 'fusion/block0', from: [null, 'note'], to: ['photo', null], received: {} },
      shares: [
        [0.25, 0.75],
        [1, 0],
      ],
    };
    const words = textOf(await render({ attention: { layers: [layer], overlays: {} } }));
    expect(words).toContain('fusion/block0 from ↓ to → photo its own tokens its own tokens 25% 75% note 100% 0%');
    expect(textOf(await render({ attention: { layers: [], overlays: {} } }))).not.toContain('look at each other');
  });

  it('says where an encoder has no picture', async () => {
    expect(textOf(await render({ gradients: gradientsOf() }))).toContain('its encoder has no picture of it');
  });
});
