/** `probabilities` [1,labels] → the most probable label, and all of them. */
export function answer({ probabilities }, { labels }) {
  const best = probabilities.data.reduce((top, value, place, all) => (value > all[top] ? place : top), 0);
  return {
    text: labels[best],
    confidence: probabilities.data[best],
    probabilities: Object.fromEntries(labels.map((label, place) => [label, probabilities.data[place]])),
  };
}
