import { exampleBeside } from '@sensorium/contracts';

/** What examples of plugins of pictures, sounds and sensors share; their functions are described there. */
export const examples = {
  /** `fit(picture, width, height, mode)` */
  fitPicture: exampleBeside(import.meta.url, 'fit-picture'),
  /** `soundAt(sound, rate)`: one channel. */
  resampleSound: exampleBeside(import.meta.url, 'resample-sound'),
  /** `readSamples(source)` of pictures that a sensor wrote, and `fitSamples(samples, side, mode, isValue)`. */
  sensorSamples: exampleBeside(import.meta.url, 'sensor-samples'),
} as const;
