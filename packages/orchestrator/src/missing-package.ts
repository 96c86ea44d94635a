import { SensoriumError } from '@sensorium/contracts';

/** A backend whose package may not be installed. Throws SENSORIUM_MISSING_PACKAGE then. */
export const loadBackend =
  <T>(name: string, load: () => Promise<T>) =>
  async (): Promise<T> => {
    try {
      return await load();
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
      throw new SensoriumError({
        code: 'SENSORIUM_MISSING_PACKAGE',
        message: `the package ${name}, which runs models, is not installed`,
        hint: `npm install ${name}`,
        cause,
      });
    }
  };
