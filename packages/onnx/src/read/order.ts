import {
  badModel,
  describeNode,
  type GraphProto,
  type NodeProto,
  type TensorProto,
  type TypeProto_Tensor,
  type ValueInfoProto,
  definedIn,
  readBy,
  subgraphsOf,
} from '@sensorium/graph/protobuf';

/** A graph of a file, checked. */
export interface IndexedGraph {
  /** Each after those it reads from. */
  readonly nodes: readonly NodeProto[];
  readonly initializers: ReadonlyMap<string, TensorProto>;
  /** Without those that are initializers. */
  readonly inputs: readonly ValueInfoProto[];
  readonly outputs: readonly ValueInfoProto[];
  /** Types that the file declares, by the name of the value. */
  readonly types: ReadonlyMap<string, TypeProto_Tensor>;
}

/**
 * Finds everything of a graph by its name. `isVisible` says of a name whether the graphs around it have it.
 * Throws SENSORIUM_BAD_MODEL where a name is given twice or not at all, and for a cycle.
 */
export function indexGraph(graph: GraphProto, isVisible: (name: string) => boolean = () => false): IndexedGraph {
  const initializers = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  const inputs = graph.input.filter(({ name }) => !initializers.has(name));
  checkUnique([...graph.initializer, ...inputs].map(({ name }) => name).concat(outputsOf(graph)));
  const own = new Set(definedIn(graph));
  const isKnown = (name: string): boolean => own.has(name) || isVisible(name);
  for (const node of graph.node) {
    const missing = node.input.find((name) => name && !isKnown(name));
    if (missing !== undefined) {
      throw badModel(`the node ${describeNode(node)} reads "${missing}", which nothing gives`, hintForMissing);
    }
    subgraphsOf(node).forEach((body) => indexGraph(body, isKnown));
  }
  const missing = graph.output.find(({ name }) => !isKnown(name));
  if (missing) throw badModel(`nothing gives the output "${missing.name}"`, hintForMissing);
  const declared = [...graph.valueInfo, ...graph.output, ...graph.input];
  return {
    nodes: inOrder(graph.node),
    initializers,
    inputs,
    outputs: graph.output,
    types: new Map(
      declared.flatMap(({ name, type }) => (type?.value.case === 'tensorType' ? [[name, type.value.value]] : [])),
    ),
  };
}

const hintForMissing =
  'Save the model again with that value as an input, a stored tensor or the output of a node; a cut model lost it.';

const outputsOf = (graph: GraphProto): string[] => graph.node.flatMap(({ output }) => output.filter(Boolean));

function checkUnique(names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) {
      throw badModel(
        `two values are called "${name}"`,
        'Give each value of a graph a name of its own; a tool that joined two graphs has to rename those of one.',
      );
    }
    seen.add(name);
  }
}

/** Files should be in this order already; not all are. Iterative: graphs are deeper than the stack. */
function inOrder(nodes: readonly NodeProto[]): NodeProto[] {
  const producers = new Map(nodes.flatMap((node) => node.output.map((name) => [name, node] as const)));
  const order: NodeProto[] = [];
  const state = new Map<NodeProto, 'open' | 'done'>();
  const stack = nodes.toReversed();
  for (let node = stack.at(-1); node; node = stack.at(-1)) {
    if (state.has(node)) {
      stack.pop();
      if (state.get(node) === 'open') order.push(node);
      state.set(node, 'done');
      continue;
    }
    state.set(node, 'open');
    for (const name of readBy(node).toReversed()) {
      const producer = producers.get(name);
      if (!producer || state.get(producer) === 'done') continue;
      if (state.has(producer)) throw cycle(producer, node);
      stack.push(producer);
    }
  }
  return order;
}

const cycle = (first: NodeProto, last: NodeProto): Error =>
  badModel(
    `the nodes ${describeNode(first)} and ${describeNode(last)} wait for each other: a cycle`,
    'Let one of them read a value that is computed before both; what repeats itself is the body of a Loop.',
  );
