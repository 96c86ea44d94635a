import { element } from '../dom.js';

/** Gives a file to the person, as a download. */
export function save(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = element('a', { href: address, download: name });
  link.click();
  // Only when the browser has taken it.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
