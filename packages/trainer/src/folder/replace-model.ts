import { readStored, sha256, writeStored, type Store } from '@sensorium/data';
import { MANIFEST_FILE, replacementOf, type ModelManifest } from '@sensorium/orchestrator';
import { METRICS_FILE, REPORT_FILE } from './files.js';

/**
 * Puts a model's files, its manifest among them, in the place of an older model's, all or none. They are written whole
 * beside the old ones; then the manifest, which says the SHA-256 of the others, gets its name: that decides. Who reads a
 * folder in which the others have not got theirs yet takes them from beside. What was said of the old model is removed.
 */
export async function replaceModel(store: Store, files: Readonly<Record<string, Uint8Array>>): Promise<void> {
  const names = Object.keys(files);
  try {
    for (const [name, bytes] of Object.entries(files)) await writeStored(store, { [replacementOf(name)]: bytes });
  } catch (error) {
    for (const name of names) await store.remove(replacementOf(name));
    throw error;
  }
  await store.rename(replacementOf(MANIFEST_FILE), MANIFEST_FILE);
  await finish(
    store,
    names.filter((name) => name !== MANIFEST_FILE),
  );
}

/**
 * Finishes what a killed training left of putting a model in the place of another, or takes it back where its manifest did
 * not get its name. Does nothing in a folder that is whole.
 */
export async function repairModel(store: Store): Promise<void> {
  const replacements = (await store.list()).filter(isReplacement);
  if (replacements.length === 0) return;
  const waiting = await waitingOf(store, replacements);
  if (waiting.length > 0) await finish(store, waiting);
  for (const name of replacements) await store.remove(name);
}

/** Other files may end like that, too. */
const isReplacement = (name: string): boolean =>
  name === replacementOf(MANIFEST_FILE) || name.endsWith(replacementOf('.onnx'));

async function finish(store: Store, names: readonly string[]): Promise<void> {
  for (const said of [METRICS_FILE, REPORT_FILE]) await store.remove(said);
  for (const name of names) await store.rename(replacementOf(name), name);
}

/** Files of the manifest that is there that have not got their names yet. */
async function waitingOf(store: Store, replacements: readonly string[]): Promise<string[]> {
  const waiting: string[] = [];
  for (const [name, hash] of Object.entries(await hashesIn(store))) {
    if (!replacements.includes(replacementOf(name))) continue;
    if ((await hashOf(store, name)) === hash) continue;
    if ((await hashOf(store, replacementOf(name))) === hash) waiting.push(name);
  }
  return waiting;
}

async function hashesIn(store: Store): Promise<ModelManifest['built']['files']> {
  const bytes = await readStored(store, MANIFEST_FILE);
  if (!bytes) return {};
  try {
    return (JSON.parse(new TextDecoder().decode(bytes)) as ModelManifest).built.files;
  } catch {
    // A manifest that somebody wrote by hand decides nothing.
    return {};
  }
}

async function hashOf(store: Store, name: string): Promise<string | undefined> {
  const bytes = await readStored(store, name);
  return bytes && sha256(bytes);
}
