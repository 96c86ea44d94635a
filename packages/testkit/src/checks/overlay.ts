import { required, type Overlay, type Overlaying, type Tensors, type WeightMap } from '@sensorium/contracts';
import { feed, fedSpecs } from '../column.js';
import type { Check } from '../problem.js';
import { encoderOf, type EncoderSubject } from '../subjects/encoder.js';
import { filled } from '../tensors.js';
import { findWrongShown } from './shown.js';

/** What encoders owe to explanations, where they show values with what their parts contribute. */
export const overlayChecks: readonly Check<EncoderSubject>[] = [
  { name: 'shows what parts of a value contribute', find: findWrongOverlays },
];

async function findWrongOverlays(subject: EncoderSubject): Promise<string[]> {
  const encoder = encoderOf(subject);
  const { overlay } = encoder;
  if (!overlay) return [];
  const strangers = overlay.of.filter((name) => !Object.hasOwn(fedSpecs(encoder), name));
  if (overlay.of.length === 0 || strangers.length > 0) {
    return [
      `\`overlay.of\` names ${strangers.join(', ') || 'nothing'}, and the graph is fed ${Object.keys(fedSpecs(encoder)).join(', ')}`,
    ];
  }
  const problems = subject.values().map(async (value, index) => {
    const found = wrongOverlay(await overlaid(overlay, value, feed(encoder, value)));
    return found.map((problem) => `value ${index}: ${problem}`);
  });
  return (await Promise.all(problems)).flat();
}

/** Every number that counts contributes 1. */
async function overlaid(overlay: Overlaying, value: unknown, fed: Tensors): Promise<Overlay> {
  const weights = overlay.of.map((name) => [name, filled(required(fed[name], name).shape, () => 1)] as const);
  return overlay.show({ value, fed, weights: Object.fromEntries(weights) });
}

function wrongOverlay(overlay: Overlay): string[] {
  switch (overlay.kind) {
    case 'picture':
      return [...findWrongShown(overlay), ...wrongMap(overlay)];
    case 'frames': {
      const { frames, rate, alt } = overlay;
      return [
        ...findWrongShown({ kind: 'frames', pngs: frames.map(({ png }) => png), rate, alt }),
        ...frames.flatMap(wrongMap),
      ];
    }
    case 'parts':
      return wrongWeights(
        overlay.parts.map(({ weight }) => weight),
        overlay.parts.length,
      );
    case 'curve': {
      const { weights, ...curve } = overlay;
      const wrong = Object.entries(curve.lines).flatMap(([name, line]) =>
        wrongWeights(weights[name] ?? [], line.length),
      );
      return [...findWrongShown(curve), ...wrong];
    }
  }
}

const wrongMap = ({ width, height, weights }: WeightMap): string[] => wrongWeights(weights, width * height);

const wrongWeights = (weights: ArrayLike<number>, count: number): string[] =>
  weights.length === count && Array.from(weights).every(Number.isFinite)
    ? []
    : [`there are ${weights.length} weights for ${count} parts, or one is not finite`];
