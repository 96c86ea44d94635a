import { realpathSync } from 'node:fs';
import { isAbsolute, sep } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Where a program's own plugins are looked for: the project of the working directory, then that of the main script, because
 * services are started from `/` as well. A script that lies in `node_modules` (a command, a process manager) works for the
 * project around it, too. Node only.
 */
export function programFolders(): URL[] {
  const script = mainScript();
  return [process.cwd(), ...(script === undefined ? [] : [script, ...around(script)])].map((path) =>
    pathToFileURL(path),
  );
}

/** Where it really is: npm's commands and deployed versions are symlinks. Undefined where code came from the command line. */
function mainScript(): string | undefined {
  const [, script] = process.argv;
  if (script === undefined || !isAbsolute(script)) return undefined;
  try {
    return realpathSync(script);
  } catch {
    // Named without its extension.
    return script;
  }
}

function around(script: string): string[] {
  const index = script.indexOf(`${sep}node_modules${sep}`);
  return index < 0 ? [] : [script.slice(0, index + 1)];
}
