/** Bytes of a page's header before the list of its segments. */
const HEADER = 27;
const LAST_PAGE = 4;

/** Throws for an Ogg file (RFC 3533) whose last page is not that of its end, or is not whole. */
export function checkOggEnd(bytes: Uint8Array): void {
  const at = lastPage(bytes);
  const segments = bytes.subarray(at + HEADER, at + HEADER + (bytes[at + HEADER - 1] ?? 0));
  const end = at + HEADER + segments.reduce((size, segment) => size + segment, segments.length);
  const isLast = ((bytes[at + 5] ?? 0) & LAST_PAGE) !== 0;
  if (!isLast || end > bytes.length) throw new Error('its last page is missing');
}

function lastPage(bytes: Uint8Array): number {
  for (let at = bytes.length - HEADER; at > 0; at--) {
    if ([0x4f, 0x67, 0x67, 0x53].every((byte, index) => bytes[at + index] === byte)) return at;
  }
  return 0;
}
