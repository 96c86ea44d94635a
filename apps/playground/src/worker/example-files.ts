import { examplesOf, type Project, type Reads } from '../teach/project.js';
import { ANSWER } from '../teach/recipe.js';

const TABLE = 'examples.csv';
const FOLDER = 'examples';

/** A project's examples as a table and the pictures that it names. */
export async function exampleFiles(
  project: Project,
  reads: Reads,
  pictures: ReadonlyMap<string, Blob>,
): Promise<Record<string, Uint8Array>> {
  const columns = [...(reads.pictures ? ['picture'] : []), ...(reads.texts ? ['text'] : []), ANSWER];
  const paths = new Map(examplesOf(project).map(({ id }, index) => [id, `${FOLDER}/${index + 1}.png`]));
  const rows = project.kinds.flatMap(({ name, examples }) =>
    examples.map(({ id, hasPicture, text }) => ({
      picture: hasPicture ? paths.get(id) : '',
      text,
      [ANSWER]: name,
    })),
  );
  const lines = rows.map((row: Readonly<Record<string, string | undefined>>) =>
    columns.map((column) => quote(row[column] ?? '')).join(','),
  );
  const files: Record<string, Uint8Array> = {
    [TABLE]: new TextEncoder().encode([columns.join(','), ...lines, ''].join('\n')),
  };
  for (const [id, picture] of pictures) {
    const path = paths.get(id);
    if (path) files[path] = new Uint8Array(await picture.arrayBuffer());
  }
  return files;
}

const quote = (cell: string): string => (/["\n\r,]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
