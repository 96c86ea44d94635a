/**
 * Writes to stdout and waits until it is written. A reader that has gone (`| head`) is no error; a full disk is:
 * SENSORIUM_DISK_FULL, SENSORIUM_IO.
 */
export async function print(text: string): Promise<void> {
  const { stdout } = process;
  try {
    await new Promise<void>((resolve, reject) => {
      // The error is emitted besides being given back, and would end the process.
      stdout.once('error', reject);
      stdout.write(text, (error) => (error ? reject(error) : resolve(void stdout.off('error', reject))));
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') return;
    const { ioError } = await import('@sensorium/data');
    throw ioError(error, 'stdout');
  }
}
