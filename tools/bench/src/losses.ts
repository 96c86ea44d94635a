import { cpu } from '@sensorium/backend-node';
import { required } from '@sensorium/contracts';
import type { Peer, PeerKind } from './peer.js';
import type { Job } from './time.js';
import type { TrainingRun } from './training-run.js';

const checkedSteps = 3;
const tolerance = 1e-3;

/**
 * The losses of the first steps in every engine, which are left with the task loaded.
 * Throws where an engine is not within 1e-3 of ours: times of different computations say nothing.
 */
export async function checkedLosses(
  { job, task }: TrainingRun,
  peers: readonly (Peer & { readonly kind: PeerKind })[],
): Promise<Record<string, readonly number[]>> {
  const ours = (await lossesOf(job)).slice(0, checkedSteps);
  const losses: Record<string, readonly number[]> = { ours };
  for (const peer of peers) {
    const { name, variant } = peer.kind;
    await peer.ask('load', task);
    const theirs = await peer.ask('losses', checkedSteps);
    losses[`${name}, ${variant}`] = theirs;
    const agrees = ours.every(
      (loss, step) => Math.abs(required(theirs[step], `loss ${step} of ${name}`) - loss) <= tolerance * Math.abs(loss),
    );
    if (!agrees) {
      throw new Error(
        `${task.model}: ${name} (${variant}) does not compute what we do. Losses of the first steps: ours ${ours.join(', ')}; theirs ${theirs.join(', ')}; relative tolerance ${tolerance}.`,
      );
    }
  }
  return losses;
}

async function lossesOf({ model, feeds }: Job): Promise<number[]> {
  const session = await cpu.load(model);
  try {
    const { loss } = await session.run(feeds);
    return Array.from(required(loss, 'the losses').data, Number);
  } finally {
    await session.dispose();
  }
}
