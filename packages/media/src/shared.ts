export type { DecodeImage, ImageOptions } from './decode-image.js';
export type { DecodeSound, SoundOptions } from './decode-sound.js';
export type { Clip, ClipNeeds, DecodeVideo } from './decode-video.js';
export { describeValue } from './describe-value.js';
export { encodePng } from './encode-png.js';
export { examples } from './examples.js';
export { falseColours, type FalseColours } from './false-colours.js';
export { fitSamples } from './fit-samples.js';
export { greySamples } from './luma.js';
export { fit, type FitMode, type PictureNeeds } from './fit.js';
export { isUrl } from './is-url.js';
export {
  curveOverlay,
  numbersIn,
  pixelsOverlay,
  weightedPicture,
  type SampledCurve,
  type WeightedSamples,
} from './overlay.js';
export { looksLike } from './looks-like.js';
export { lookingLike, recogniseFiles } from './recognise-files.js';
export { badMedia, tooLarge } from './media-error.js';
export type { Raster } from './raster.js';
export { type Access, checkAccess } from './read-access.js';
export type { AddressOptions, ReadAddress } from './read-address.js';
export { type NpyArray, parseNpy } from './npy.js';
export { drawMove, type Move, moved } from './move.js';
export { checkedSamples, isSamples, readSampleFile } from './sample-map.js';
export { readSamples, type Samples } from './samples.js';
export { nameOf, nameOfAddress, readBytes } from './read-source.js';
export { readUtf8 } from './read-utf8.js';
export { resample, resamplingVersion } from './resample.js';
export { toRgb } from './to-rgb.js';
export { within, type Deadline } from './within.js';
export { decodeSeries, type SeriesOptions } from './series/decode-series.js';
export { type Series, timesOfSeries } from './series/series.js';
export { showSeries } from './series/show-series.js';
export { resampleSound, soundResamplingVersion } from './resample-sound.js';
export { encodeWav } from './wav.js';
export { type SoundNeeds, toMono, type Waveform } from './waveform.js';
export { channelsOf, findChannels, otherChannels } from './series/channels.js';
export { addMoments, Moments } from './series/moments.js';
export { inTurns, type Steps } from './steps.js';
export { highestShown, spectrogram, type SpectrogramOptions } from './spectrogram.js';
export { type SeriesSurveyOptions, surveySeries } from './series/survey-series.js';
export { changeEach, clip } from './noise/change-each.js';
export { disturbRaster, saltOrPepper } from './noise/disturb-raster.js';
export { disturbSeries, type SeriesNoise } from './noise/disturb-series.js';
export { disturbSound } from './noise/disturb-sound.js';
export { lostShare } from './noise/lost-share.js';
