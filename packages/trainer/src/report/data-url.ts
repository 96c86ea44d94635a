/** Characters that a call takes as arguments at most. */
const CHUNK = 0x8000;

/** Bytes as an address that holds them, in Node and on a page alike. */
export function dataUrl(type: string, bytes: Uint8Array): string {
  const chunks: string[] = [];
  for (let start = 0; start < bytes.length; start += CHUNK) {
    chunks.push(String.fromCharCode(...bytes.subarray(start, start + CHUNK)));
  }
  return `data:${type};base64,${btoa(chunks.join(''))}`;
}
