import { required } from '@sensorium/contracts';
import { input } from '@sensorium/graph';
import { formatShape } from '@sensorium/tensors';
import { fedSpecs } from '../column.js';
import { BATCH, instantiate } from '../graph/module.js';
import { withModule } from '../graph/open.js';
import type { Check } from '../problem.js';
import { mapRecord } from '../records.js';
import { contentModule, encoderModule, encoderOf, type EncoderSubject } from '../subjects/encoder.js';
import { isFinite, numbersOf, tensorOf } from '../tensors.js';

/** What encoders owe to objectives that predict tokens, where they say their content. */
export const contentChecks: readonly Check<EncoderSubject>[] = [
  { name: 'says what stands at each token: ids [B,T] below their count, or values [B,T,N]', find: findWrongContent },
];

async function findWrongContent(subject: EncoderSubject): Promise<string[]> {
  const encoder = encoderOf(subject);
  const x = mapRecord(fedSpecs(encoder), ({ dtype, shape }, name) => input(name, dtype, [BATCH, ...shape]));
  const content = encoder.content?.(x);
  if (!content) return [];
  const { mask } = instantiate(encoderModule(subject, encoder), BATCH).outputs;
  const places = required(mask, 'the mask').shape;
  const outputs = await withModule(contentModule(subject, encoder), (run) => run());
  if ('values' in content) {
    const { dtype, shape } = content.values;
    const isFitting = dtype === 'float32' && shape.length === 3 && shape.slice(0, 2).join() === places.join();
    return [
      ...(isFitting ? [] : [`values is ${dtype} ${formatShape(shape)}, not float32 ${formatShape([...places, 'N'])}`]),
      ...(isFinite(tensorOf(outputs, 'values')) ? [] : ['values is not finite']),
    ];
  }
  const { ids, count, unknown = 0 } = content;
  const isFitting = ['int64', 'int32'].includes(ids.dtype) && ids.shape.join() === places.join();
  const isId = (id: number): boolean => Number.isInteger(id) && id >= 0 && id < count;
  const all = [...numbersOf(tensorOf(outputs, 'ids')), unknown];
  return [
    ...(isFitting ? [] : [`ids is ${ids.dtype} ${formatShape(ids.shape)}, not int64 or int32 ${formatShape(places)}`]),
    ...(Number.isInteger(count) && all.every(isId) ? [] : [`an id is not within 0…${count - 1}`]),
  ];
}
