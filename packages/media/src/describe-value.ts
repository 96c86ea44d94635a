const longestText = 80;

/** A value that is none of those expected, in words that follow "is": texts in quotes, cut after 80 characters. */
export function describeValue(value: unknown): string {
  if (value === '') return 'empty';
  if (typeof value === 'string') return JSON.stringify(shortened(value));
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}

const shortened = (text: string): string => (text.length > longestText ? `${text.slice(0, longestText)}…` : text);
