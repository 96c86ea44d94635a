/** The folder of a path or an address; empty for a name alone. */
export const folderOf = (path: string): string => (/^\/[^/]*$/.test(path) ? '/' : path.replace(/[/\\]?[^/\\]*$/, ''));

/** The last step of a path. */
export const fileNameOf = (path: string): string => path.replace(/^.*[/\\]/, '');

export const joinPath = (folder: string, path: string): string =>
  folder === '' || /[/\\!]$/.test(folder) ? folder + path : `${folder}/${path}`;

/** What stands behind the last point of the last step, in small letters; of an address, without its query. */
export const endingOf = (path: string): string =>
  /\.([^./\\]+)$/.exec(path.replace(/^(https?:[^?#]*).*$/i, '$1'))?.[1]?.toLowerCase() ?? '';

/** Whether a path lies in a folder that begins with a point, or is one of the files that systems add to folders. */
export const isHidden = (path: string): boolean =>
  path.split('/').some((step) => step.startsWith('.') || step === '__MACOSX') ||
  /(?:^|\/)(?:Thumbs\.db|desktop\.ini)$/i.test(path);
