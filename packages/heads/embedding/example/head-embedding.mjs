/** Unit vectors [1,dim] of the inputs `of` → the cosine of every two that the sample has. An input that it lacks is zeros. */
export function answer(outputs, options, of) {
  const vectors = of.map((name) => [name, Array.from(outputs[name].data)]).filter(([, vector]) => vector.some(Boolean));
  const similarities = vectors.flatMap(([a, one], index) =>
    vectors.slice(index + 1).map(([b, other]) => ({
      of: [a, b],
      cosine: one.reduce((sum, value, place) => sum + value * other[place], 0),
    })),
  );
  const text = similarities.map(({ of: [a, b], cosine }) => `${a} ↔ ${b} ${cosine.toFixed(2)}`).join(', ');
  return { text: text || 'nothing to compare', similarities };
}
