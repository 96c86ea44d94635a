import { decodeWithAv } from './av-sound.js';
import { type DecodeImage, imageDecoder } from './decode-image.js';
import { type DecodeSound, soundDecoder } from './decode-sound.js';
import { type DecodeVideo, videoDecoder } from './decode-video.js';
import { openFilmInNode } from './open-film-node.js';
import { nodePlatform } from './node-platform.js';
import { addressReader, type ReadAddress } from './read-address.js';

export * from './shared.js';

/**
 * The bytes that a path (relative to the working directory), a file:, http(s): or data: URL names. `{ read: readAddress }`
 * is an `IO` without bounds: whoever decodes for strangers says what may be read, by `access`.
 *
 * Throws SENSORIUM_NOT_FOUND, SENSORIUM_NO_PERMISSION, SENSORIUM_IO; SENSORIUM_TIMEOUT for a server that falls silent;
 * SENSORIUM_MEDIA_TOO_LARGE beyond `maxBytes`; and the signal's reason.
 */
export const readAddress: ReadAddress = addressReader(nodePlatform);

/**
 * Decodes a picture: what a path or URL names (through `io`, by default `readAddress`), bytes, a Blob, or a Raster, which is
 * given back as it is. JPEG, PNG, WebP, GIF, AVIF and TIFF. EXIF orientation is applied; of an animation the first frame
 * is taken; profiles, CMYK and other colour spaces become sRGB; grey stays one channel and alpha is kept; PNG and TIFF of
 * 16 bits stay 16 bits.
 *
 * Throws SENSORIUM_MEDIA_TOO_LARGE beyond `maxPixels`, before anything is decoded; SENSORIUM_BAD_MEDIA for bytes that are
 * no picture, damaged or cut; SENSORIUM_MISSING_PACKAGE where sharp is not installed; and what `io.read` throws.
 */
export const decodeImage: DecodeImage = imageDecoder(nodePlatform, readAddress);

/**
 * Decodes a sound, or the sound track of a video: what a path or URL names (through `io`, by default `readAddress`), bytes, a Blob,
 * or a Waveform. WAV by a reader of our own, sample by sample exact; FLAC, MP3, Ogg (Vorbis, Opus), AAC, M4A, MP4, MOV, WebM and WAV
 * of other codings by FFmpeg, without the samples that an encoder puts before the first and after the last.
 *
 * Throws SENSORIUM_MEDIA_TOO_LARGE beyond `maxSeconds`; SENSORIUM_BAD_MEDIA for bytes that are no sound, damaged, cut or empty, and
 * for samples that are no numbers; SENSORIUM_MISSING_PACKAGE where node-av is needed and not installed; and what `io.read` throws.
 */
export const decodeSound: DecodeSound = soundDecoder(decodeWithAv, readAddress);

/**
 * Decodes a film: what a path or URL names (through `io`, by default `readAddress`), bytes, a Blob, or a Clip, which is given back
 * as it is. MP4, MOV, WebM and Matroska with node-av, animated GIF and WebP with sharp. Only the frames that are needed become
 * pictures, upright, in sRGB and as large as they are needed; without needs all of them do.
 *
 * Throws SENSORIUM_BAD_MEDIA for bytes that are no film, damaged or cut, and for films without a picture;
 * SENSORIUM_MEDIA_TOO_LARGE beyond `io.limits`: `bytes`, `pixels` (default 100,000,000 a frame), `seconds` (default four hours),
 * and beyond 500 million pixels of all frames that are asked for; SENSORIUM_MISSING_PACKAGE where node-av or sharp is not
 * installed; what `io.read` throws, and the signal's reason.
 */
export const decodeVideo: DecodeVideo = videoDecoder(openFilmInNode, readAddress);
