import { SensoriumError, type Modality } from '@sensorium/contracts';

/** A direction in the plane. */
export interface NewPlugin {
  /** Degrees, clockwise from north: 0 … below 360. */
  readonly degrees: number;
}

/** Directions: a number of degrees, or its text, in a cell of the table. */
export const newPlugin: Modality<NewPlugin> = {
  name: 'new-plugin',
  from: 'cell',
  exclusive: false,
  version: '1',
  async decode(source) {
    if (isDecoded(source)) return source;
    const degrees = typeof source === 'string' && source.trim() !== '' ? Number(source) : source;
    if (typeof degrees === 'number' && Number.isFinite(degrees)) return { degrees: ((degrees % 360) + 360) % 360 };
    throw new SensoriumError({
      code: 'SENSORIUM_BAD_MEDIA',
      message: `${JSON.stringify(source)} is no direction`,
      hint: 'Give degrees, clockwise from north, such as 90.',
    });
  },
  show: ({ degrees }) => ({ kind: 'text', text: `${degrees}°` }),
};

const isDecoded = (source: unknown): source is NewPlugin =>
  typeof source === 'object' && source !== null && 'degrees' in source && typeof source.degrees === 'number';
