import { type LoopOptions, type loop, unsqueeze, constant } from '@sensorium/graph';
import { rewrite, valueOf } from '@sensorium/graph/transform';

/** What a loop of a single step gives, without a Loop. */
export function once({ index, carried, collected }: LoopOptions): ReturnType<typeof loop> {
  const replacements = new Map([
    [valueOf(index), constant(0, 'int64')],
    ...carried.map(({ current, initial }) => [valueOf(current), valueOf(initial)] as const),
  ]);
  const results = [...carried.map(({ next }) => next), ...collected].map(valueOf);
  const values = rewrite(results, replacements);
  const rest = values.slice(carried.length);
  return { final: values.slice(0, carried.length), collected: rest.map((value) => valueOf(unsqueeze(value, 0))) };
}
