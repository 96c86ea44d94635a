import { describe, expect, it } from 'vitest';
import { checkedLosses } from './losses.js';
import { convolution } from './models/convolution.js';
import { mlp } from './models/mlp.js';
import { randomBatches } from './models/model.js';
import { classes } from './models/training-model.js';
import { transformer } from './models/transformer.js';
import { notInstalled } from './peer.js';
import { pytorch } from './pytorch.js';
import { trainingRun } from './training-run.js';

const installed = pytorch.version() !== undefined;
it.runIf(!installed)('needs PyTorch', ({ skip }) => skip(notInstalled(pytorch)));

describe.skipIf(!installed)('PyTorch', () => {
  it.each([mlp, transformer, convolution].map((model) => [model.name, model] as const))(
    'takes the same training steps of %s',
    async (_, model) => {
      const peer = pytorch.start();
      try {
        const run = trainingRun({ ...model, stepsPerRun: 3 }, randomBatches(model, 3, 1, classes), { seed: 1 });
        const losses = await checkedLosses(run, [{ ...peer, kind: pytorch }]);
        expect(losses[`pytorch, ${pytorch.variant}`]).toHaveLength(3);
      } finally {
        peer.dispose();
      }
    },
  );
});
