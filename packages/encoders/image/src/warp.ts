/** Where in the source a pixel of the result comes from: (a·x + b·y + c, d·x + e·y + f), of the centres of pixels. */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** What shows beyond the edge. */
const GREY = 128;

/** A square picture of S²·3 bytes, moved by an affine map with bilinear interpolation. Beyond its edge there is grey. */
export function warp(data: Uint8Array, size: number, [a, b, c, d, e, f]: Affine): Uint8Array {
  const result = new Uint8Array(data.length).fill(GREY);
  const last = size - 1;
  let target = 0;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++, target += 3) {
      const sourceX = a * x + b * y + c;
      const sourceY = d * x + e * y + f;
      if (sourceX < -0.5 || sourceY < -0.5 || sourceX > last + 0.5 || sourceY > last + 0.5) continue;
      // Half a pixel at the edges is the edge's own colour.
      const [inX, inY] = [Math.min(last, Math.max(0, sourceX)), Math.min(last, Math.max(0, sourceY))];
      const [left, top] = [Math.floor(inX), Math.floor(inY)];
      const [right, bottom] = [Math.min(last, left + 1), Math.min(last, top + 1)];
      const [alongX, alongY] = [inX - left, inY - top];
      for (let channel = 0; channel < 3; channel++) {
        const at = (row: number, column: number): number => data[(row * size + column) * 3 + channel] as number;
        const above = at(top, left) + alongX * (at(top, right) - at(top, left));
        const below = at(bottom, left) + alongX * (at(bottom, right) - at(bottom, left));
        result[target + channel] = Math.round(above + alongY * (below - above));
      }
    }
  }
  return result;
}
