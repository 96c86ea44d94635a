export type { SoundNeeds as AudioNeeds, Waveform } from '@sensorium/media';
export { curveOverlay, numbersIn, resampleSound, soundResamplingVersion, toMono } from '@sensorium/media';
export { audio } from './audio.js';
