import { readStored, writeStored, type Store } from '@sensorium/data';
import { emptyProject, examplesOf, fingerprint, type Project } from '../teach/project.js';
import { openKeep, readJson } from './keep.js';

const PROJECT_FILE = 'project.json';
/** Pictures of examples, each a PNG under its example's id. */
const PICTURES = 'pictures';
const MODEL = 'model';
/** Beside the model: the fingerprints of the examples that a training was begun with, and that the model has learned. */
const marks = { begun: 'begun.txt', learned: 'learned.txt' } as const;

/** What the page finds when it is opened again. */
export interface Opened {
  readonly project: Project;
  /** By the ids of their examples. */
  readonly pictures: ReadonlyMap<string, Blob>;
  /** Whether what is kept stays when the page is closed. */
  readonly lasts: boolean;
}

/** One at a time: a later state must not be overtaken by an earlier one. */
let saving: Promise<void> = Promise.resolve();

export async function openProject(): Promise<Opened> {
  const { store, lasts } = await openKeep();
  const project = (await readJson<Project>(store, PROJECT_FILE)) ?? emptyProject;
  return { project, pictures: await picturesOf(project), lasts };
}

/** The kept pictures of a project, by the ids of their examples. Waits for what is being saved. */
export async function picturesOf(project: Project): Promise<Map<string, Blob>> {
  await saving;
  const store = (await openKeep()).store.at(PICTURES);
  const withPicture = examplesOf(project).filter(({ hasPicture }) => hasPicture);
  const read = withPicture.map(async ({ id }) => {
    const bytes = await readStored(store, id);
    return bytes ? ([[id, new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'image/png' })]] as const) : [];
  });
  return new Map((await Promise.all(read)).flat());
}

/** Keeps a project and the pictures that are new, and forgets pictures that it has no longer. */
export function saveProject(changed: { project: Project; pictures: ReadonlyMap<string, Blob> }): Promise<void> {
  const saved = saving.then(() => save(changed));
  saving = saved.catch(() => undefined);
  return saved;
}

async function save({ project, pictures }: Parameters<typeof saveProject>[0]): Promise<void> {
  const { store } = await openKeep();
  const before = (await readJson<Project>(store, PROJECT_FILE)) ?? emptyProject;
  const folder = store.at(PICTURES);
  const written = [...pictures].map(async ([id, picture]) => [id, await bytesOf(picture)] as const);
  await writeStored(folder, Object.fromEntries(await Promise.all(written)));
  await writeStored(store, { [PROJECT_FILE]: JSON.stringify(project) });
  const kept = new Set(examplesOf(project).map(({ id }) => id));
  for (const { id } of examplesOf(before)) if (!kept.has(id)) await folder.remove(id);
}

const bytesOf = async (blob: Blob): Promise<Uint8Array> => new Uint8Array(await blob.arrayBuffer());

/** Where a project's model and checkpoint are. */
export const modelStore = async (): Promise<Store> => (await openKeep()).store.at(MODEL);

/** Says of which examples a training was begun, or finished. */
export async function mark(store: Store, what: keyof typeof marks, project: Project): Promise<void> {
  await writeStored(store, { [marks[what]]: fingerprint(project) });
}

/** Whether a training of just these examples was begun, or finished. */
export async function isMarked(store: Store, what: keyof typeof marks, project: Project): Promise<boolean> {
  const bytes = await readStored(store, marks[what]);
  return bytes !== undefined && new TextDecoder().decode(bytes) === fingerprint(project);
}

export async function hasFile(store: Store, file: string): Promise<boolean> {
  const found = await store.open(file);
  await found?.dispose();
  return found !== undefined;
}
