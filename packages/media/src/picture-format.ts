export type PictureFormat = 'JPEG' | 'PNG' | 'GIF' | 'WebP' | 'BMP' | 'TIFF' | 'AVIF' | 'HEIC';

type Pattern = readonly [PictureFormat, RegExp];

/** What a file begins with: no less than decoders look at, so that none of them can take it for something else. */
const signatures: readonly Pattern[] = [
  ['JPEG', /^\xff\xd8\xff/],
  ['PNG', /^\x89PNG\r\n\cZ\n/],
  ['GIF', /^GIF8[79]a/],
  ['WebP', /^RIFF[^]{4}WEBP/],
  ['BMP', /^BM[^]{12}[\f-\x7c]\0\0\0/],
  ['TIFF', /^(II[*+]\0|MM\0[*+])/],
];

/** A box `ftyp` of ISO/IEC 14496-12, of less than 64 kB: pictures, and videos. */
export const isFileType = /^\0\0[^]{2}ftyp/;

/** By the brands of ISO/IEC 23008-12: `mif1` and `msf1` leave it open how the pixels are coded. */
const codings: readonly Pattern[] = [
  ['AVIF', /^avi[fs]$/],
  ['HEIC', /^(hei[cxms]|hev[cxms]|mif1|msf1)$/],
];

/** The format of a picture, by its first bytes. SVG is none: nothing here draws. */
export function pictureFormat(bytes: Uint8Array): PictureFormat | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, 256));
  if (isFileType.test(head)) {
    const brands = brandsOf(head);
    return codings.find(([, coding]) => brands.some((brand) => coding.test(brand)))?.[0];
  }
  return signatures.find(([, start]) => start.test(head))?.[0];
}

/** The major brand, and those that the file is compatible with. */
function brandsOf(head: string): readonly string[] {
  const end = head.charCodeAt(2) * 256 + head.charCodeAt(3);
  return [head.slice(8, 12), ...(head.slice(16, end).match(/[^]{4}/g) ?? [])];
}
