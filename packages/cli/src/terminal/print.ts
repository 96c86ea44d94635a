/**
 * Writes to stdout and waits until it is written. A reader that has gone (`| head`) is no error; a full disk is:
 * SENSORIUM_DISK_FULL, SENSORIUM_IO.
 */
export async function print(text: string): Promise<void> {
  try {
    await write(text);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') return;
    const { ioError } = await import('@sensorium/data');
    throw ioError(error, 'stdout');
  }
}

export const printJson = (document: unknown): Promise<void> => print(`${JSON.stringify(document, null, 2)}\n`);

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
