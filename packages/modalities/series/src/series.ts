import { exampleBeside, type Modality } from '@sensorium/contracts';
import { decodeSeries, disturbSeries, inTurns, recogniseFiles, type Series, showSeries } from '@sensorium/media';

/**
 * Series of several channels, of any length, with gaps and at any times: what a machine, a ward or a market recorded. A source
 * is the path or URL of a CSV, JSON or NPY file, its bytes, JSON in a cell, or the decoded value, as `decodeSeries` of
 * @sensorium/media reads them. What is empty is NaN; what is no number is refused with its row and channel: SENSORIUM_BAD_MEDIA.
 */
export const series: Modality<Series> = {
  name: 'series',
  from: 'file',
  exclusive: true,
  version: '1',
  example: exampleBeside(import.meta.url, 'modality-series'),
  decode: (source, io) => decodeSeries(source, io, { gaps: true }),
  recognises: (cells, io) =>
    recogniseFiles(
      cells,
      io,
      0.8,
      async (bytes) => `a series of ${(await series.decode(bytes, io)).channels.length} channels`,
    ),
  show: (value) => showSeries(value, 'series'),
  /** What is lost is a gap. */
  disturb: (value, level, random, signal) => inTurns(disturbSeries(value, { level, random, lost: () => NaN }), signal),
};
