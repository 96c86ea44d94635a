import { SensoriumError } from '@sensorium/contracts';

/**
 * Imports a package of backends, which people install for where they run models. Throws SENSORIUM_MISSING_PACKAGE where it is not
 * installed.
 */
export const importBackend =
  <T>(name: string, load: () => Promise<T>) =>
  async (): Promise<T> => {
    try {
      return await load();
    } catch (cause) {
      if (!isMissing(cause, name)) throw cause;
      throw new SensoriumError({
        code: 'SENSORIUM_MISSING_PACKAGE',
        message: `the package ${name} is not installed`,
        hint: `Install it: npm install ${name}`,
        cause,
      });
    }
  };

/** In the words of Node, and of Vite, which puts an error in the place of what it does not find. */
const isMissing = (error: unknown, name: string): boolean =>
  error instanceof Error &&
  new RegExp(`^(Cannot find (package|module)|Could not resolve) ["']${name}["']`).test(error.message);
