import { image } from '@sensorium/modality-image';
import { expect, it } from 'vitest';
import { metricsToJson } from './metrics.js';
import { metrics, scoresOf } from './report/testing/page.js';

it('writes all metrics, and of galleries the titles', () => {
  const value = { width: 1, height: 1, channels: 1 as const, data: new Uint8Array(1) };
  const bars = { kind: 'bars', title: 'shares', bars: { a: 1 } } as const;
  const gallery = { kind: 'gallery', title: 'filters', items: [{ title: 'one', modality: image, value }] } as const;
  const written: unknown = JSON.parse(metricsToJson({ ...metrics, test: { animal: scoresOf([bars, gallery]) } }));
  expect(written).toEqual({
    ...metrics,
    test: { animal: scoresOf([bars, { ...gallery, items: [{ title: 'one' }] } as never]) },
  });
});
