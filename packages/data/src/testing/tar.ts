/** A tar of files in the form ustar (POSIX.1-2017), longer names by pax attributes. */
export function tarBytes(files: Readonly<Record<string, string | Uint8Array>>): Uint8Array<ArrayBuffer> {
  const blocks = Object.entries(files).flatMap(([path, content]) => {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    return [...(path.length > 100 ? paxOf(path) : []), header(path.slice(0, 100), bytes.length, '0'), padded(bytes)];
  });
  return joined([...blocks, new Uint8Array(1024)]);
}

/** A header of 512 bytes, with the sum that belongs to it. */
export function header(path: string, size: number, type: string): Uint8Array {
  const block = new Uint8Array(512);
  const write = (text: string, at: number): void => block.set(new TextEncoder().encode(text), at);
  const octal = (number: number, digits: number): string => `${number.toString(8).padStart(digits, '0')}\0`;
  write(path, 0);
  write(octal(0o644, 7), 100);
  write(octal(0, 7), 108);
  write(octal(0, 7), 116);
  write(octal(size, 11), 124);
  write(octal(0, 11), 136);
  write(' '.repeat(8), 148);
  write(type, 156);
  write('ustar\0' + '00', 257);
  write(
    `${octal(
      block.reduce((sum, byte) => sum + byte, 0),
      6,
    )} `,
    148,
  );
  return block;
}

function paxOf(path: string): Uint8Array[] {
  const rest = ` path=${path}\n`;
  const bytes = new TextEncoder().encode(`${rest.length + 3}${rest}`);
  return [header('pax', bytes.length, 'x'), padded(bytes)];
}

function padded(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(Math.ceil(bytes.length / 512) * 512);
  whole.set(bytes);
  return whole;
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
