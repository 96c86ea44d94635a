import { isMap, type Located, type LocatedMap } from './located.js';

/**
 * A manifest that training wrote into a model's folder, in the form that people write: without `built`, which says how that
 * model came to be, and with the options of each part beside its other keys. Other manifests unchanged.
 */
export function asWritten(root: LocatedMap): LocatedMap {
  const built = root.value.get('built');
  if (!built || !isMap(built)) return root;
  const entries = [...root.value].filter(([key, node]) => key !== 'built' && !isLeftOut(key, node));
  return { ...root, value: new Map(entries.map(([key, node]) => [key, sectionAsWritten(key, node)])) };
}

/** People leave out what one input does not need, and what they do not choose. */
const isLeftOut = (key: string, node: Located): boolean =>
  node.value === null || (key === 'fusions' && isMap(node) && node.value.size === 0);

function sectionAsWritten(key: string, node: Located): Located {
  if (!['inputs', 'fusions', 'heads'].includes(key) || !isMap(node)) return node;
  return { ...node, value: new Map([...node.value].map(([name, part]) => [name, partAsWritten(part)])) };
}

function partAsWritten(part: Located): Located {
  if (!isMap(part)) return part;
  const options = part.value.get('options');
  const own = [...part.value].flatMap(([key, node]) => (key === 'options' ? [] : keyAsWritten(key, node)));
  return { ...part, value: new Map([...own, ...(options && isMap(options) ? options.value : [])]) };
}

/** Several columns have a key of their own, and what is null is left out. */
function keyAsWritten(key: string, node: Located): [string, Located][] {
  if (node.value === null) return [];
  return [[key === 'column' && Array.isArray(node.value) ? 'columns' : key, node]];
}
