import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env, LogLevel } from '@huggingface/transformers';
import { type Model, writeModel } from '@sensorium/testkit/hub';

/** Puts a model where plain transformers.js finds it under the name that is given back. */
export async function forPlain(model: Model): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sensorium-transformers-'));
  await writeModel(join(folder, 'model'), model);
  env.allowRemoteModels = false;
  env.localModelPath = folder;
  env.logLevel = LogLevel.ERROR;
  return 'model';
}
