/** Made at the first use: it takes longer than all else that help needs. */
let segmenter: Intl.Segmenter | undefined;
const graphemesOf = (text: string): Iterable<Intl.SegmentData> => (segmenter ??= new Intl.Segmenter()).segment(text);

const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

/** Columns that text without control characters takes on a terminal. */
export function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of graphemesOf(text)) width += wide.test(segment) ? 2 : 1;
  return width;
}

/** Cuts text that is too wide, and says so with an ellipsis. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  let taken = 1;
  for (const { segment } of graphemesOf(text)) {
    taken += widthOf(segment);
    if (taken > width) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** Columns of the terminal that a stream writes to; no end of them where it writes to none. */
export const roomOn = ({ columns }: Pick<NodeJS.WriteStream, 'columns'>): number => columns || Infinity;
