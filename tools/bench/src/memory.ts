import process from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Memory of the whole process that is in use, after what nobody holds any more is gone. */
export function residentMiB(): number {
  collectGarbage();
  return Math.round(process.memoryUsage.rss() / 2 ** 20);
}
