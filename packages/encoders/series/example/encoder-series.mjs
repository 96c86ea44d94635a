/**
 * A series → `values` float32 and `known` uint8 [channels,rows], `valid` uint8 and `times` float32 [rows]: its last rows at the
 * end, gaps filled. All else is in the model: mean and deviation of the channels.
 */
export function prepare({ channels, values, time }, { names, longest, patch, impute, mean }) {
  const columns = names.map((name) => channels.indexOf(name));
  if (columns.includes(-1)) throw new Error(`a series needs the channels ${names.join(', ')}`);
  const kept = Math.ceil(longest / patch) * patch;
  const all = Array.isArray(time) ? time : values.map((_, row) => row / (time ?? 1));
  const rows = values.slice(-longest);
  const times = rows.map((_, row) => Math.fround(all[all.length - rows.length + row] - all.at(-1)));
  const first = kept - rows.length;
  const sample = {
    values: new Float32Array(names.length * kept),
    known: new Uint8Array(names.length * kept),
    valid: new Uint8Array(kept).fill(1, first),
    times: new Float32Array(kept),
  };
  sample.times.set(times, first);
  for (const [channel, column] of columns.entries()) {
    const line = rows.map((row) => row[column]);
    const places = line.flatMap((value, row) => (Number.isNaN(value) ? [] : [row]));
    for (const row of line.keys()) {
      const at = channel * kept + first + row;
      sample.known[at] = Number(!Number.isNaN(line[row]));
      sample.values[at] = sample.known[at] ? line[row] : filled(line, times, places, row, impute, mean[channel]);
    }
  }
  return sample;
}

/** What stands in a gap: the last value, what lies between two, or the mean. */
function filled(line, times, places, row, impute, mean) {
  const before = places.findLast((place) => place < row);
  const after = places.find((place) => place > row);
  if (impute === 'mean' || (before === undefined && (impute === 'last' || after === undefined))) return mean;
  if (impute === 'last') return line[before];
  const [a, b] = [before ?? after, after ?? before];
  const share = times[b] > times[a] ? (times[row] - times[a]) / (times[b] - times[a]) : 1 / 2;
  return line[a] + (line[b] - line[a]) * Math.min(1, Math.max(0, share));
}
