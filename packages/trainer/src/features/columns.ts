import { fedSpecs, inputTensors, type Parts } from '@sensorium/orchestrator';
import { targetName } from '../data/data-column.js';

/** The keys of the columns to which some of a graph's inputs belong: `inputs.image`, `heads.answer`. */
export function columnsReading(names: ReadonlySet<string>, parts: Parts): Set<string> {
  const inputs = Object.entries(parts.inputs).map(
    ([name, part]) => [`inputs.${name}`, Object.keys(inputTensors(name, part))] as const,
  );
  const heads = Object.entries(parts.heads).flatMap(([name, { head }]) =>
    head.target
      ? [[`heads.${name}`, Object.keys(fedSpecs(head.target)).map((tensor) => targetName(name, tensor))] as const]
      : [],
  );
  return new Set(
    [...inputs, ...heads].flatMap(([key, tensors]) => (tensors.some((tensor) => names.has(tensor)) ? [key] : [])),
  );
}
