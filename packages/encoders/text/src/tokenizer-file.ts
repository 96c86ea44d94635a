import { SensoriumError, type ErrorCode, type PluginFiles } from '@sensorium/contracts';
import { createTokenizer } from '@sensorium/modality-text';

/** The content of a file tokenizer.json. Throws SENSORIUM_NOT_FOUND and SENSORIUM_BAD_MODEL. */
export function readTokenizerFile(file: string, files: PluginFiles): Record<string, unknown> {
  const bytes = files.get(file);
  if (!bytes) throw problem('SENSORIUM_NOT_FOUND', file, 'this file was not given');
  const json = parsed(file, bytes);
  try {
    createTokenizer(json);
  } catch (error) {
    throw SensoriumError.at(error, { file });
  }
  return json;
}

function parsed(file: string, bytes: Uint8Array): Record<string, unknown> {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Record<string, unknown>;
  } catch (cause) {
    throw problem('SENSORIUM_BAD_MODEL', file, `this is no JSON: ${(cause as Error).message}`, cause);
  }
}

const problem = (code: ErrorCode, file: string, message: string, cause?: unknown): SensoriumError =>
  new SensoriumError({
    code,
    message: `"${file}": ${message}`,
    hint: 'Give the path of a file tokenizer.json, relative to the manifest.',
    location: { file },
    cause,
  });
