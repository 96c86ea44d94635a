import type { Parts } from './parts.js';

/** A graph that a head has beside its answer. */
export interface FurtherGraph {
  /** `space.image` */
  readonly name: string;
  readonly head: string;
  readonly graph: string;
  /** In the model folder: `space.image.onnx` */
  readonly file: string;
}

/** The further graphs of all heads. */
export const graphsOf = ({ heads }: Parts): FurtherGraph[] =>
  Object.entries(heads).flatMap(([head, part]) =>
    Object.keys(part.head.graphs ?? {}).map((graph) => {
      const name = `${head}.${graph}`;
      return { name, head, graph, file: `${name}.onnx` };
    }),
  );
