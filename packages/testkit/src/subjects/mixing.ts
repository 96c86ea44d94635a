import { required, type Encoder, type Mixed, type Scope, type Symbols } from '@sensorium/contracts';
import { constant } from '@sensorium/graph';
import { gatherRows } from '@sensorium/tensors';
import { fedSpecs } from '../column.js';
import { sampleCount, type GraphModule } from '../graph/module.js';
import { below, mapRecord, under } from '../records.js';
import { tensorOf } from '../tensors.js';
import { encoderInputs, encoderOf, type EncoderSubject } from './encoder.js';

/** Before the names of what is mixed. */
export const OWN = 'own/';
export const PARTNER = 'partner/';

export interface Mixture {
  readonly encoder: Encoder;
  readonly scope: Scope;
  readonly mixed: Mixed;
}

/** The graph of mixtures of each sample with the next one, and of what is made of them. */
export function mixingModule(
  subject: EncoderSubject,
  ratio: number,
  use: (mixture: Mixture) => Symbols,
  encoder = encoderOf(subject),
): GraphModule {
  const specs = fedSpecs(encoder);
  const { samples } = encoderInputs(subject, encoder);
  const own = mapRecord(specs, (_, name) => tensorOf(samples, name));
  const count = sampleCount({ samples: own });
  const next = gatherRows(
    own,
    Uint32Array.from({ length: count }, (_, index) => (index + 1) % count),
  );
  return {
    inputs: { ...under(specs, OWN), ...under(specs, PARTNER) },
    samples: { ...under(own, OWN), ...under(next, PARTNER) },
    path: '',
    build(scope, x) {
      const mixed = encoder.mix?.(scope, below(x, OWN), below(x, PARTNER), constant(ratio));
      return use({ encoder, scope, mixed: required(mixed, 'a mixture') });
    },
  };
}
