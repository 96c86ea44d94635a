import type { ResolvedManifest, SymbolicTensor, Symbols, Tensor } from '@sensorium/contracts';
import { add, adamw, mul, schedule, sgd, trainingProgram, type TrainingProgram } from '@sensorium/graph';
import { buildModel, mapRecord, modelInputs, type Parts } from '@sensorium/orchestrator';

/** Inputs of the training program that hold the targets of a head. */
export const targetName = (head: string, target: string): string => `target/${head}/${target}`;

/** The whole model, its loss, its gradient and its optimizer, over batches of `batchSize`, as one program. */
export function modelProgram(
  parts: Parts,
  { optimizer, learningRate, schedule: shape, warmup, weightDecay, clip }: ResolvedManifest['training'],
  { batchSize, steps }: { batchSize: number; steps: number },
): TrainingProgram {
  const targets = Object.entries(parts.heads).flatMap(
    ([
      head,
      {
        head: { targets },
      },
    ]) => Object.entries(targets).map(([target, spec]) => [targetName(head, target), spec] as const),
  );
  const specs = { ...modelInputs(parts), ...Object.fromEntries(targets) };
  return trainingProgram({
    batch: mapRecord(specs, (spec) => ({ dtype: spec.dtype, shape: [batchSize, ...spec.shape] })),
    build: (scope, batch) => ({ loss: totalLoss(parts, buildModel(parts, scope, batch).outputs, batch) }),
    optimizer: optimizer === 'adamw' ? adamw({ weightDecay }) : sgd({ weightDecay }),
    learningRate,
    schedule: schedule({ shape, steps, warmup: Math.round(steps * warmup) }),
    clip,
  });
}

function totalLoss(parts: Parts, outputs: Readonly<Record<string, Symbols>>, batch: Symbols): SymbolicTensor {
  const losses = Object.entries(parts.heads).map(([name, { head, weight }]) => {
    const targets = Object.fromEntries(
      Object.keys(head.targets).flatMap((target) => {
        const symbol = batch[targetName(name, target)];
        return symbol ? [[target, symbol] as const] : [];
      }),
    );
    return mul(head.loss(outputs[name] ?? {}, targets), weight);
  });
  return losses.reduce(add);
}

/** Weights alone, without the optimizer's state. */
export function weightsOf(program: TrainingProgram, state: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  return Object.fromEntries(
    program.parameters.flatMap(({ name }) => {
      const tensor = state[name];
      return tensor ? [[name, tensor] as const] : [];
    }),
  );
}
