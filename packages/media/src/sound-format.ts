import { isFileType } from './picture-format.js';

/** How sounds are packed. MP4 is also M4A and MOV; Matroska is also WebM. */
export type SoundFormat = 'WAV' | 'FLAC' | 'MP3' | 'Ogg' | 'AAC' | 'MP4' | 'Matroska';

/** What a file begins with. Bits of a frame of MPEG audio say its layer: the third is MP3, none is AAC. */
const signatures: readonly (readonly [SoundFormat, RegExp])[] = [
  ['WAV', /^RIFF[^]{4}WAVE/],
  ['FLAC', /^fLaC/],
  ['MP3', /^(ID3|\xff[\xe2\xe3\xf2\xf3\xfa\xfb])/],
  ['AAC', /^\xff[\xf0\xf1\xf8\xf9]/],
  ['Ogg', /^OggS/],
  ['MP4', isFileType],
  ['Matroska', /^\cZE\xdf\xa3/],
];

/** The format of a sound or of a video that may have one, by its first bytes, whatever its name is. */
export function soundFormat(bytes: Uint8Array): SoundFormat | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, 64));
  return signatures.find(([, start]) => start.test(head))?.[0];
}
