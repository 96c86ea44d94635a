import { looksLike } from './looks-like.js';
import { declaredRate } from './sound-rate.js';
import type { SoundPlatform } from './sound-platform.js';

/** Of most videos, and what the browser is asked for where neither the file nor the request says a rate. Hz. */
const USUAL_RATE = 48000;

/** The browser's own decoder. It gives a sound at the rate that its context has: the file's own, where that can be read. */
export const decodeWithBrowser: SoundPlatform = async (bytes, { format, needs }) => {
  const rate = declaredRate(bytes, format) ?? needs.rate ?? USUAL_RATE;
  const context = new OfflineAudioContext({ numberOfChannels: 1, length: 1, sampleRate: rate });
  // The decoder takes the buffer away from whoever gave it.
  const buffer = await context.decodeAudioData(bytes.slice().buffer).catch(() => {
    throw new Error(`the browser cannot decode it, or it has no sound; it looks like ${looksLike(bytes)}`);
  });
  const channels = Array.from({ length: buffer.numberOfChannels }, (_, channel) => buffer.getChannelData(channel));
  return { rate: buffer.sampleRate, channels };
};
