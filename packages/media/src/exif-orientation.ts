/** EXIF's orientation, 1…8, in a block of EXIF (a TIFF without pixels; some write "Exif\0\0" before it). 1 where it has none. */
export function orientationOf(view: DataView, start: number, size: number): number {
  const end = Math.min(start + size, view.byteLength);
  const exif = new DataView(view.buffer, view.byteOffset + start, Math.max(0, end - start));
  const tiff = exif.byteLength > 6 && exif.getUint32(0) === 0x45786966 ? 6 : 0;
  if (exif.byteLength < tiff + 8) return 1;
  const little = exif.getUint16(tiff) === 0x4949;
  const directory = tiff + exif.getUint32(tiff + 4, little);
  if (directory + 2 > exif.byteLength) return 1;
  const entries = exif.getUint16(directory, little);
  for (let entry = directory + 2; entry + 12 <= exif.byteLength && entry < directory + 2 + 12 * entries; entry += 12) {
    if (exif.getUint16(entry, little) !== 0x0112) continue;
    const orientation = exif.getUint16(entry + 8, little);
    return orientation >= 1 && orientation <= 8 ? orientation : 1;
  }
  return 1;
}
