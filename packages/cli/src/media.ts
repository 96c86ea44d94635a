import type { Prediction } from '@sensorium/contracts';

/** A prediction as JSON: of a picture or a sound, what it is and the file that holds it. */
export type PredictionJson = Omit<Prediction, 'media'> & {
  readonly media?: { readonly modality: string; readonly file?: string; readonly type?: string };
};

/**
 * Predictions as JSON, their media written to files.
 *
 * @param write gives the path of the file that it wrote; undefined where files are not asked for
 */
export async function predictionsToJson(
  predictions: Readonly<Record<string, Prediction>>,
  write?: (head: string, file: MediaFile) => Promise<string>,
): Promise<Record<string, PredictionJson>> {
  const entries = Object.entries(predictions).map(async ([head, { media, ...others }]) => {
    if (!media) return [head, others] as const;
    const modality = media.modality.name;
    const file = write && (await fileOf(media));
    if (!write || !file) return [head, { ...others, media: { modality } }] as const;
    return [head, { ...others, media: { modality, file: await write(head, file), type: file.type } }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

export interface MediaFile {
  readonly bytes: Uint8Array;
  /** `image/png` */
  readonly type: string;
}

/** Undefined where the modality has no files. */
async function fileOf({ modality, value }: NonNullable<Prediction['media']>): Promise<MediaFile | undefined> {
  return modality.write?.(value);
}

/** `image/png` → `png`, `audio/x-wav` → `wav`, `image/svg+xml` → `svg` */
export const extensionOf = (type: string): string => type.replace(/^.*\/(x-)?/, '').replace(/[+;].*$/, '');
