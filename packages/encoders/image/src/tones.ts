const CHANNELS = 3;

const byteAt = (data: Uint8Array, index: number): number => data[index] as number;

/** Each byte by itself. What is no byte becomes the nearest. */
export function mapBytes(data: Uint8Array, value: (byte: number) => number): Uint8Array {
  const table = Uint8ClampedArray.from({ length: 256 }, (_, byte) => value(byte));
  return data.map((byte) => table[byte] as number);
}

/** base + factor · (byte − base), for the byte at each index. */
export function blended(data: Uint8Array, base: (index: number) => number, factor: number): Uint8Array {
  const result = new Uint8ClampedArray(data.length);
  for (let index = 0; index < data.length; index++) {
    const from = base(index);
    result[index] = from + factor * (byteAt(data, index) - from);
  }
  return new Uint8Array(result.buffer);
}

/** The brightness of the pixel that a byte belongs to, as ITU-R BT.601 weighs the colours. */
export function greyAt(data: Uint8Array, index: number): number {
  const first = index - (index % CHANNELS);
  return 0.299 * byteAt(data, first) + 0.587 * byteAt(data, first + 1) + 0.114 * byteAt(data, first + 2);
}

/** The mean of a byte and its eight neighbours of the same channel, of which it counts five times; at the edge itself. */
export function smoothedAt(data: Uint8Array, size: number, index: number): number {
  const pixel = Math.floor(index / CHANNELS);
  const [x, y] = [pixel % size, Math.floor(pixel / size)];
  if (x === 0 || y === 0 || x === size - 1 || y === size - 1) return byteAt(data, index);
  let sum = 4 * byteAt(data, index);
  for (const down of [-1, 0, 1]) {
    for (const across of [-1, 0, 1]) sum += byteAt(data, index + (down * size + across) * CHANNELS);
  }
  return sum / 13;
}

/** Stretches every channel so that its darkest byte is 0 and its lightest 255. */
export function autoContrast(data: Uint8Array): Uint8Array {
  return byChannel(data, (counts) => {
    const lowest = counts.findIndex(Boolean);
    const highest = counts.findLastIndex(Boolean);
    if (lowest === highest) return (byte) => byte;
    return (byte) => ((byte - lowest) * 255) / (highest - lowest);
  });
}

/** Evens out the histogram of every channel, as Pillow does: by the bytes below each value and half a step. */
export function equalize(data: Uint8Array): Uint8Array {
  return byChannel(data, (counts) => {
    const total = counts.reduce((a, b) => a + b, 0);
    const step = Math.floor((total - (counts.findLast(Boolean) as number)) / 255);
    if (step === 0) return (byte) => byte;
    const below = new Uint32Array(256);
    for (let byte = 1; byte < 256; byte++) {
      below[byte] = (below[byte - 1] as number) + (counts[byte - 1] as number);
    }
    return (byte) => Math.floor((Math.floor(step / 2) + (below[byte] as number)) / step);
  });
}

/** Changes every channel by what its 256 counts tell. */
function byChannel(data: Uint8Array, of: (counts: Uint32Array) => (byte: number) => number): Uint8Array {
  const tables = Array.from({ length: CHANNELS }, (_, channel) => {
    const counts = new Uint32Array(256);
    for (let index = channel; index < data.length; index += CHANNELS) {
      const byte = byteAt(data, index);
      counts[byte] = (counts[byte] as number) + 1;
    }
    const value = of(counts);
    return Uint8ClampedArray.from({ length: 256 }, (_, byte) => value(byte));
  });
  return data.map((byte, index) => (tables[index % CHANNELS] as Uint8ClampedArray)[byte] as number);
}
