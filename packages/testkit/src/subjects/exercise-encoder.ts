import { createRandom } from '@sensorium/data';
import { instantiate, sampleCount } from '../graph/module.js';
import { encoderModule, encoderOf, hidingModule, type EncoderSubject } from './encoder.js';
import { mixingModule } from './mixing.js';

/** Uses everything that an encoder can do. */
export function exerciseEncoder(subject: EncoderSubject): void {
  const encoder = encoderOf(subject);
  const random = { own: createRandom(1, 'own'), row: createRandom(1, 'row') };
  for (const value of subject.values()) {
    encoder.notes?.(value);
    encoder.view?.draw(encoder.prepare(value), random);
  }
  const module = encoder.hides ? hidingModule(subject, encoder) : encoderModule(subject, encoder);
  const count = sampleCount(module);
  for (const mode of ['inference', 'training'] as const) instantiate(module, count, mode);
  if (encoder.mix)
    instantiate(
      mixingModule(subject, 0.5, ({ mixed }) => mixed.x, encoder),
      count,
      'training',
    );
}
