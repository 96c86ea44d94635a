import type { Column, Tensors, TensorSpecs } from '@sensorium/contracts';

/** The shapes that a graph is fed. */
export const fedSpecs = ({ kept, view }: Column): TensorSpecs => view?.fed ?? kept;

/** What a graph is fed outside training. */
export const feed = (column: Column, value: unknown): Tensors => {
  const kept = column.prepare(value);
  return column.view ? column.view.draw(kept, null) : kept;
};
