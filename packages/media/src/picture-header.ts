import { orientationOf } from './exif-orientation.js';
import type { PictureFormat } from './picture-format.js';

/** What the first bytes of a picture tell about it. */
export interface PictureHeader {
  readonly width: number;
  readonly height: number;
  readonly grey: boolean;
  /** Undefined where only the pixels tell. */
  readonly alpha: boolean | undefined;
  /** EXIF's, 1…8, of formats of which browsers leave it out. */
  readonly orientation?: number;
}

type Parse = (view: DataView) => PictureHeader;

const parsers: Partial<Readonly<Record<PictureFormat, Parse>>> = {
  PNG: parsePng,
  JPEG: parseJpeg,
  GIF: (view) => colour(view.getUint16(6, true), view.getUint16(8, true), undefined),
  BMP: (view) => colour(Math.abs(view.getInt32(18, true)), Math.abs(view.getInt32(22, true)), undefined),
  WebP: parseWebP,
  AVIF: parseAvif,
};

/** Reads size and kind without decoding. Throws an error for a header that is cut or makes no sense. */
export function readHeader(bytes: Uint8Array, format: PictureFormat): PictureHeader {
  const parse = parsers[format];
  const header = parse?.(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  if (!header || header.width < 1 || header.height < 1) throw new Error('its header tells no size');
  return header;
}

function colour(width: number, height: number, alpha: boolean | undefined): PictureHeader {
  return { width, height, grey: false, alpha };
}

function tag(view: DataView, offset: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((index) => view.getUint8(offset + index)));
}

/** https://www.w3.org/TR/png-3/#11IHDR; a tRNS chunk before the pixels gives alpha to pictures without. */
function parsePng(view: DataView): PictureHeader {
  const colourType = view.getUint8(25);
  let offset = 33;
  let transparent = false;
  while (offset + 8 <= view.byteLength && tag(view, offset + 4) !== 'IDAT') {
    transparent ||= tag(view, offset + 4) === 'tRNS';
    offset += 12 + view.getUint32(offset);
  }
  return {
    width: view.getUint32(16),
    height: view.getUint32(20),
    grey: colourType === 0 || colourType === 4,
    alpha: colourType >= 4 || transparent,
  };
}

/** Walks the segments to the start of frame (SOF0 … SOF15, without DHT, JPG and DAC): ITU T.81, B.2.2. */
function parseJpeg(view: DataView): PictureHeader {
  let offset = 2;
  for (;;) {
    while (view.getUint8(offset) === 0xff && view.getUint8(offset + 1) === 0xff) offset++;
    const marker = view.getUint8(offset + 1);
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      const grey = view.getUint8(offset + 9) === 1;
      return { width: view.getUint16(offset + 7), height: view.getUint16(offset + 5), grey, alpha: false };
    }
    offset += 2 + view.getUint16(offset + 2);
  }
}

/** RFC 9649: lossy, lossless, or extended. */
function parseWebP(view: DataView): PictureHeader {
  return { ...parseWebPFrame(view), orientation: orientationOfWebP(view) };
}

/** Of the chunk EXIF. */
function orientationOfWebP(view: DataView): number {
  for (let offset = 12; offset + 8 <= view.byteLength;) {
    const size = view.getUint32(offset + 4, true);
    if (tag(view, offset) === 'EXIF') return orientationOf(view, offset + 8, size);
    offset += 8 + size + (size % 2);
  }
  return 1;
}

function parseWebPFrame(view: DataView): PictureHeader {
  switch (tag(view, 12)) {
    case 'VP8 ':
      return colour(view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff, false);
    case 'VP8L': {
      const bits = view.getUint32(21, true);
      return colour(1 + (bits & 0x3fff), 1 + ((bits >> 14) & 0x3fff), ((bits >> 28) & 1) === 1);
    }
    default: {
      const uint24 = (offset: number): number => view.getUint16(offset, true) + (view.getUint8(offset + 2) << 16);
      return colour(1 + uint24(24), 1 + uint24(27), (view.getUint8(20) & 0x10) !== 0);
    }
  }
}

/** The largest of the sizes (`ispe`) in the metadata: of the picture, its tiles, alpha and thumbnail. */
function parseAvif(view: DataView): PictureHeader {
  let [width, height] = [0, 0];
  const end = Math.min(view.byteLength - 16, 65536);
  for (let offset = 0; offset < end; offset++) {
    if (view.getUint32(offset) !== 0x69737065) continue;
    width = Math.max(width, view.getUint32(offset + 8));
    height = Math.max(height, view.getUint32(offset + 12));
  }
  return colour(width, height, undefined);
}
