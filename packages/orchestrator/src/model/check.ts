import { SensoriumError, type Symbols, type TensorSpecs } from '@sensorium/contracts';
import { createScope, input, type Parameter } from '@sensorium/graph';
import { formatShape, sameShape } from '@sensorium/tensors';
import { graphsOf } from './further-graphs.js';
import { openGraph, type ModelGraph } from './graph.js';
import { mapRecord, type Parts } from './parts.js';
import { fedSpecs, modelInputs } from './tensors.js';

/** Any: what is declared does not depend on it. */
const BATCH = 4;

/**
 * Throws SENSORIUM_BAD_PLUGIN where an answer or a further graph has a parameter that no loss has, or has in another shape:
 * nobody would learn it. Models without any loss are not checked: nothing trains them.
 */
export function checkModel(parts: Parts): void {
  const heads = Object.entries(parts.heads);
  const losses = heads.flatMap(([name, { head }]) => (head.loss ? [{ name, target: head.target }] : []));
  if (losses.length === 0) return;
  const learned = declaredBy(parts, (graph) => {
    for (const { name, target } of losses) graph.loss(name, target ? inputsFor(fedSpecs(target)) : {});
  });
  const used = declaredBy(parts, (graph) => {
    for (const [name, { head }] of heads) if (head.answer) graph.answer(name);
    for (const { head, graph: name } of graphsOf(parts)) graph.graph(head, name);
  });
  const byName = new Map(learned.map((parameter) => [parameter.name, parameter]));
  for (const parameter of used) {
    const other = byName.get(parameter.name);
    if (!other || !sameShape(other.shape, parameter.shape)) throw unlearned(parameter, other);
  }
}

/** In training, where a loss may declare more: what hides a token, a teacher. */
function declaredBy(parts: Parts, build: (graph: ModelGraph) => void): readonly Parameter[] {
  const scope = createScope({ mode: 'training' });
  build(openGraph(parts, scope, inputsFor(modelInputs(parts))));
  return scope.parameters;
}

const inputsFor = (specs: TensorSpecs): Symbols =>
  mapRecord(specs, ({ dtype, shape }, name) => input(name, dtype, [BATCH, ...shape]));

function unlearned({ name, shape }: Parameter, other: Parameter | undefined): SensoriumError {
  const fault = other
    ? `is ${formatShape(shape)} in an answer, and ${formatShape(other.shape)} in a loss`
    : 'is in an answer and in no loss, so that nobody learns it';
  return new SensoriumError({
    code: 'SENSORIUM_BAD_PLUGIN',
    message: `the parameter "${name}" ${fault}`,
    hint: 'Answer and loss of a head declare what they share under the same names, and read the same features.',
    location: { key: keyOf(name) },
  });
}

/** `heads.answer` of `heads/answer/output/weight` */
const keyOf = (parameter: string): string => {
  const [section, ...names] = parameter.split('/');
  return [section, ...(section === 'fusion' ? [] : names.slice(0, 1))].join('.');
};
