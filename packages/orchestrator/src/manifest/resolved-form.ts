import { isMap, type Located, type LocatedMap } from './located.js';

/**
 * A manifest that training wrote into a model's folder, in the form that people write: without `built`, which says how that
 * model came to be, and with the options of each part beside its other keys. Other manifests unchanged.
 */
export function asWritten(root: LocatedMap): LocatedMap {
  const built = root.value.get('built');
  if (!built || !isMap(built)) return root;
  const entries = [...root.value].filter(([key]) => key !== 'built');
  return { ...root, value: new Map(entries.map(([key, node]) => [key, sectionAsWritten(key, node)])) };
}

function sectionAsWritten(key: string, node: Located): Located {
  if (key === 'fusion') return partAsWritten(node);
  if ((key !== 'inputs' && key !== 'heads') || !isMap(node)) return node;
  return { ...node, value: new Map([...node.value].map(([name, part]) => [name, partAsWritten(part)])) };
}

function partAsWritten(part: Located): Located {
  const options = isMap(part) ? part.value.get('options') : undefined;
  if (!isMap(part) || !options || !isMap(options)) return part;
  const own = [...part.value].filter(([key]) => key !== 'options');
  return { ...part, value: new Map([...own, ...options.value]) };
}
