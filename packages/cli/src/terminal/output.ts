import { visible, withoutStyle } from './visible.js';

/** Whether only results and errors are told. */
let isQuiet = false;

/** Holds for all that is told after it: a command line says so before its command begins. */
export const beQuiet = (quiet: boolean): void => void (isQuiet = quiet);

/**
 * A result: writes it to stdout and waits until it is written. A reader that has gone (`| head`) is no error; a full disk
 * is: SENSORIUM_DISK_FULL, SENSORIUM_IO.
 */
export async function print(text: string): Promise<void> {
  try {
    await write(visible(text));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') return;
    const { ioError } = await import('@sensorium/data');
    throw ioError(error, 'stdout');
  }
}

/** A result for programs; see `print`. */
export const printJson = (document: unknown): Promise<void> => print(`${JSON.stringify(document, null, 2)}\n`);

/** What people like to know besides, such as a plan or a note: a line on stderr, and none where quiet was asked for. */
export function tell(line: string, stream: NodeJS.WriteStream = process.stderr): void {
  if (!isQuiet) stream.write(`${visible(line)}\n`);
}

/** The same for what holds for the moment: on a terminal, text in place of the line's last one. */
export function show(text: string, stream: NodeJS.WriteStream): void {
  if (!isQuiet) stream.write(`\r${visible(text)}\u001b[K`);
}

/** What went wrong: a line on stderr. */
export const complain = (line: string): void => void process.stderr.write(`${withoutStyle(line)}\n`);

const ignore = (): void => {};

/** There is nowhere to tell that stderr is full or that its reader has gone; that ends no command. */
export function ignoreErrorsOf(stderr: NodeJS.WriteStream): void {
  stderr.off('error', ignore).on('error', ignore);
}

function write(text: string): Promise<void> {
  const { stdout } = process;
  return new Promise((resolve, reject) => {
    // The stream emits an error besides giving it back, and one that nobody hears would end the process.
    stdout.on('error', reject);
    stdout.write(text, (error) => {
      if (error) return reject(error);
      stdout.off('error', reject);
      resolve();
    });
  });
}
