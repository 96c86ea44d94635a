/** A decoded picture, upright, in sRGB. Row-major, channels interleaved. */
export interface Raster {
  readonly kind: 'image';
  readonly width: number;
  readonly height: number;
  /** 1 grey, 2 grey + alpha, 3 RGB, 4 RGBA (alpha not premultiplied). */
  readonly channels: 1 | 2 | 3 | 4;
  /** 8 bits a channel in 0…255, or 16 bits in 0…65535. */
  readonly data: Uint8Array | Uint16Array;
}

export interface Text {
  readonly kind: 'text';
  readonly text: string;
}

/** One decoded value of one modality. */
export type Media = Raster | Text;
export type Modality = Media['kind'];
/** Written as a lookup, so that a part for one modality can stand where a part for any is wanted. */
export type MediaOf<M extends Modality> = { [K in Modality]: Extract<Media, { kind: K }> }[M];

/** What a user may hand in for any input: a path or URL, plain text, bytes, a Blob, or a decoded value. */
export type MediaSource = string | URL | Uint8Array | ArrayBuffer | Blob | Media;
