const encoder = new TextEncoder();

/** Words, and parts of three letters of each with its ends marked: `<ro`, `rom`, `ome`, `me>` (Bojanowski et al. 2017). */
export function piecesOf(text: string): string[] {
  const words =
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  return words.flatMap((word) => {
    const letters = ['<', ...word, '>'];
    const parts = letters.slice(2).map((_, start) => letters.slice(start, start + 3).join(''));
    return [...new Set([letters.join(''), ...parts])];
  });
}

/** FNV-1a of 32 bits over UTF-8. */
export function hashOf(piece: string): number {
  let hash = 0x811c9dc5;
  for (const byte of encoder.encode(piece)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
