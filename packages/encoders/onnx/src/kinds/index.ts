import type { Waveform } from '@sensorium/modality-audio';
import type { Raster } from '@sensorium/modality-image';
import type { Series } from '@sensorium/modality-series';
import type { Row } from '@sensorium/modality-table';
import type { Kind } from '../kind.js';
import type { ModalityName, OnnxOptions } from '../options.js';
import { audio } from './audio.js';
import { bytes } from './bytes.js';
import { image } from './image.js';
import { series } from './series.js';
import { table } from './table.js';
import { text } from './text.js';

/** A value of one of the kinds. */
export type Decoded = Raster | Waveform | string | Uint8Array | Series | Row;

const kinds: Readonly<Record<ModalityName, Kind<Decoded>>> = { image, audio, text, bytes, series, table };

export const kindOf = ({ modality }: Pick<OnnxOptions, 'modality'>): Kind<Decoded> => kinds[modality];
