import { element } from '../dom.js';

/** A file that a person gave, and the folders above it as far as they gave those too. */
export interface GivenFile {
  readonly file: File;
  /** `cats/1.png`, or the name alone. */
  readonly path: string;
}

/** Asks for pictures, or for all that is in a folder. Nothing where the person thinks better of it. */
export function chooseFiles(what: 'picture' | 'pictures' | 'folder'): Promise<GivenFile[]> {
  const input = element('input', {
    type: 'file',
    hidden: true,
    multiple: what !== 'picture',
    webkitdirectory: what === 'folder',
    ...(what !== 'folder' && { accept: 'image/*' }),
  });
  document.body.append(input);
  return new Promise<GivenFile[]>((resolve) => {
    input.addEventListener('change', () => resolve(filesOf(input.files ?? [])));
    input.addEventListener('cancel', () => resolve([]));
    input.click();
  }).finally(() => input.remove());
}

const filesOf = (files: Iterable<File>): GivenFile[] =>
  [...files].map((file) => ({ file, path: file.webkitRelativePath || file.name })).filter(isVisible);

/** What systems put into folders by themselves, such as .DS_Store, is not meant. */
const isVisible = ({ path }: GivenFile): boolean => !/(^|\/)(\.|Thumbs\.db$)/.test(path);

/** Takes what is dropped onto an element, folders with all that is in them. */
export function acceptDrops(target: HTMLElement, onFiles: (files: GivenFile[]) => void): void {
  const mark = (on: boolean): void => void target.classList.toggle('dropping', on);
  target.addEventListener('dragover', (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    mark(true);
  });
  target.addEventListener('dragleave', ({ relatedTarget }) => {
    if (!(relatedTarget instanceof Node && target.contains(relatedTarget))) mark(false);
  });
  target.addEventListener('drop', (event) => {
    mark(false);
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    event.stopPropagation();
    void filesIn(event.dataTransfer).then(onFiles);
  });
}

/** Read at once: a drop's entries are gone when its event is over. */
async function filesIn({ items }: DataTransfer): Promise<GivenFile[]> {
  const entries = [...items].map((item) => item.webkitGetAsEntry() ?? item.getAsFile());
  const found = await Promise.all(entries.map(async (entry) => (entry ? filesBelow(entry) : [])));
  return found.flat().filter(isVisible);
}

async function filesBelow(entry: FileSystemEntry | File): Promise<GivenFile[]> {
  if (entry instanceof File) return [{ file: entry, path: entry.name }];
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ file, path: entry.fullPath.replace(/^\//, '') }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const below: GivenFile[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return below;
    for (const each of some) below.push(...(await filesBelow(each)));
  }
}

/** The pictures of a paste. */
export const pastedFiles = ({ clipboardData }: ClipboardEvent): GivenFile[] => filesOf(clipboardData?.files ?? []);
