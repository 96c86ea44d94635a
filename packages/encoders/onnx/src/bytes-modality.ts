import { exampleBeside, type Modality } from '@sensorium/contracts';
import { readBytes } from '@sensorium/media';

/** 1 GiB */
const MOST = 2 ** 30;
/** Of so many bytes people see what they are. */
const SHOWN = 32;

/** Files of any kind, as the bytes that they are; a source is a path, a URL, a Blob or the bytes. Empty files are files. */
export const bytes: Modality<Uint8Array> = {
  name: 'bytes',
  from: 'file',
  exclusive: true,
  version: '1',
  example: exampleBeside(import.meta.url, 'modality-bytes'),
  decode: (source, io) => readBytes(source, io, MOST),
  show(value) {
    const hex = Array.from(value.subarray(0, SHOWN), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    return { kind: 'text', text: `${value.length} bytes: ${hex}${value.length > SHOWN ? ' …' : ''}` };
  },
};
