import { externalFiles } from '@sensorium/onnx';
import { problem } from './problem.js';

/** The files beside the model in which it keeps weights, as paths like its own, by the names that it has for them. */
export function filesBeside(file: string, model: Uint8Array): Map<string, string> {
  return new Map(externalFiles(model).map((name) => [name, pathBeside(file, name)]));
}

/** A file that somebody else made must not name others anywhere on the disk. */
function pathBeside(file: string, name: string): string {
  const steps = name.split(/[\\/]/);
  const isInside = name !== '' && steps[0] !== '' && !steps.includes('..') && !/[:\0]/.test(name);
  if (isInside) return file.slice(0, Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1) + name;
  throw problem(
    'SENSORIUM_BAD_MODEL',
    file,
    `its weights lie in "${name}", and only files in its own folder are read`,
    'Save the model again with the weights inside, or in a file beside it.',
  );
}
