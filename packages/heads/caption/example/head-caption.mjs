const [BOUNDARY, UNKNOWN, FIRST_PIECE] = [0, 1, 2];

/** `ids` and `probabilities` [1,tokens] → the pieces before the first boundary, side by side. */
export function answer({ ids, probabilities }, { vocabulary }) {
  const all = Array.from(ids.data, Number);
  const end = all.includes(BOUNDARY) ? all.indexOf(BOUNDARY) : all.length;
  const tokens = all.slice(0, end).map((id) => (id === UNKNOWN ? '\ufffd' : vocabulary[id - FIRST_PIECE]));
  const certain = Array.from(probabilities.data.slice(0, end + 1));
  const confidence = Math.exp(certain.reduce((sum, value) => sum + Math.log(value), 0) / certain.length);
  return { text: tokens.join('').replaceAll(/\s*\n\s*/g, ' '), confidence, tokens };
}
