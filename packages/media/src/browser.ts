import { openFilmInBrowser } from './browser-film.js';
import { browserPlatform } from './browser-platform.js';
import { type DecodeVideo, videoDecoder } from './decode-video.js';
import { decodeWithBrowser } from './browser-sound.js';
import { type DecodeImage, imageDecoder } from './decode-image.js';
import { type DecodeSound, soundDecoder } from './decode-sound.js';
import { addressReader, type ReadAddress } from './read-address.js';

export * from './shared.js';

/** The bytes that a URL names; relative ones count from the page. Throws as in Node. */
export const readAddress: ReadAddress = addressReader(browserPlatform);

/**
 * Decodes a picture with the browser's own decoder: what a URL names (through `io`, by default `readAddress`), bytes, a
 * Blob, or a Raster, which is given back as it is. JPEG, PNG, WebP, GIF, BMP, and AVIF where the browser knows it. As in
 * Node, orientation is applied, the first frame is taken, colours are sRGB, grey PNG and JPEG stay one channel and alpha
 * is kept.
 *
 * A canvas keeps 8 bits a channel and multiplies colours by alpha: 16 bits become 8, and colours of nearly transparent
 * pixels become coarse. Opaque PNG of 8 bits without profile gives the same numbers as in Node; JPEG may differ by a
 * rounding step or two. GIF and AVIF have alpha where a pixel is transparent, not where the file only could have.
 *
 * Throws as in Node.
 */
export const decodeImage: DecodeImage = imageDecoder(browserPlatform, readAddress);

/**
 * Decodes a sound, or the sound track of a video, with the browser's own decoder: what a URL names, bytes, a Blob, or a Waveform.
 * WAV gives the same numbers as in Node. Other files are asked for at their own rate, which FLAC, MP3, Ogg and AAC say in their
 * first bytes; MP4 and WebM at the rate that is needed, or 48 kHz. A cut file may be decoded as far as it goes.
 *
 * Throws as in Node.
 */
export const decodeSound: DecodeSound = soundDecoder(decodeWithBrowser, readAddress);

/**
 * Decodes a film with the browser's own decoders: MP4, MOV, WebM and Matroska of the codecs that it knows, by mediabunny and
 * WebCodecs, animated GIF and WebP by ImageDecoder. Otherwise as in Node; what the browser cannot decode is
 * SENSORIUM_BAD_MEDIA with the codec's name.
 */
export const decodeVideo: DecodeVideo = videoDecoder(openFilmInBrowser, readAddress);
