import { SensoriumError } from '@sensorium/contracts';
import type * as av from 'node-av';

export type Av = typeof av;

/** FFmpeg in Node, needed only for what is not decoded yet. @param what it is wanted for: `decoding MP3 in Node` */
export async function loadAv(what: string): Promise<Av> {
  try {
    const av: Av = await import('node-av');
    // Every error comes back as one; what FFmpeg prints beside is no news.
    av.Log.setLevel(av.AV_LOG_QUIET);
    return av;
  } catch (cause) {
    throw new SensoriumError({
      code: 'SENSORIUM_MISSING_PACKAGE',
      message: `${what} needs the package "node-av", which cannot be loaded here`,
      hint: 'Install it: npm install node-av',
      cause,
    });
  }
}
