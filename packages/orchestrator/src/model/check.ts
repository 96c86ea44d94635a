import { SensoriumError } from '@sensorium/contracts';
import { createScope, input, type Parameter } from '@sensorium/graph';
import { formatShape, sameShape } from '@sensorium/tensors';
import { openGraph } from './graph.js';
import { graphsOf } from './further-graphs.js';
import { mapRecord, type Parts } from './parts.js';
import { fedSpecs, modelInputs } from './tensors.js';

/** Sizes do not matter for what is declared. */
const BATCH = 4;

/**
 * Throws SENSORIUM_BAD_PLUGIN where a head's answer or one of its further graphs has a parameter that its loss does not have, or has
 * in another shape: nobody would learn it.
 */
export function checkModel(parts: Parts): void {
  for (const [name, { head }] of Object.entries(parts.heads)) {
    if (!head.loss) continue;
    const learned = new Map(declaredBy(parts, name, 'loss').map((parameter) => [parameter.name, parameter]));
    for (const { name: parameter, shape } of declaredBy(parts, name, 'answer')) {
      const other = learned.get(parameter);
      if (other && sameShape(other.shape, shape)) continue;
      throw unlearned(
        name,
        parameter,
        other ? `[${formatShape(other.shape)}] in its loss, and ${formatShape(shape)}` : undefined,
      );
    }
  }
}

function declaredBy(parts: Parts, name: string, what: 'answer' | 'loss'): readonly Parameter[] {
  const { head } = parts.heads[name] ?? {};
  const scope = createScope();
  const symbols = (prefix: string, specs: ReturnType<typeof modelInputs>) =>
    mapRecord(specs, ({ dtype, shape }, tensor) => input(prefix + tensor, dtype, [BATCH, ...shape]));
  const graph = openGraph(parts, scope, symbols('', modelInputs(parts)));
  if (what === 'loss') graph.loss(name, head?.target ? symbols('target/', fedSpecs(head.target)) : {});
  else {
    if (head?.answer) graph.answer(name);
    for (const one of graphsOf(parts).filter((further) => further.head === name)) graph.graph(name, one.graph);
  }
  return scope.parameters;
}

const unlearned = (head: string, parameter: string, shapes: string | undefined): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_BAD_PLUGIN',
    message: shapes
      ? `the parameter "${parameter}" is ${shapes} in its answer`
      : `the parameter "${parameter}" is in the answer of the head and not in its loss, so nobody learns it`,
    hint: 'This is an error of the plugin: answer and loss declare what they share under the same names.',
    location: { key: `heads.${head}` },
  });
