import type { Overlaying } from '@sensorium/contracts';

/** The tokens that the graph is fed, and what the vector of each contributes. */
export const overlay = (tokensIn: (text: string) => readonly string[], length: number): Overlaying<string> => ({
  of: ['ids'],
  show({ value, weights }) {
    const own = weights['ids']?.data;
    const tokens = tokensIn(value).slice(0, length);
    return { kind: 'parts', parts: tokens.map((text, place) => ({ text, weight: Number(own?.[place]) })) };
  },
});
