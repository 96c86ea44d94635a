import { fitSamples } from './sensor-samples.mjs';

/** A thermal image → `degrees` float32 and `valid` uint8 [pixels,pixels]. The range is in the model. */
export function prepare({ width, height, data }, { scale, offset, pixels, fit }) {
  const degrees = Float32Array.from(data, (value) => scale * value + offset);
  const square = fitSamples({ width, height, data: degrees }, pixels, fit, Number.isFinite);
  return {
    degrees: square.map((value) => (Number.isNaN(value) ? 0 : value)),
    valid: Uint8Array.from(square, (value) => (Number.isNaN(value) ? 0 : 1)),
  };
}
