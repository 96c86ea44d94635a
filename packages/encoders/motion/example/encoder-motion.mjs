/**
 * A series → `values` float32 [windows,channels,rows] and `valid` uint8 [windows,rows]: brought to the model's rate, cut to its
 * middle, in windows. All else is in the model: mean and deviation of the channels.
 */
export function prepare(measured, { names, rate, seconds, longest, windows, gravity }) {
  const series = gravity === 'remove' ? withoutGravity(measured) : measured;
  const [most, rows] = [rowsOf(longest, rate), Math.min(rowsOf(seconds, rate), rowsOf(longest, rate))];
  const count = Math.min(windows, Math.ceil(most / rows));
  const clock = clockOf(series);
  const length = rowsAt(clock, rate);
  const kept = Math.min(length, most);
  const columns = names.map((name) => series.channels.indexOf(name));
  if (columns.includes(-1)) throw new Error(`a series needs the channels ${names.join(', ')}`);
  const first = Math.floor((length - kept) / 2);
  const lines = columns.map((column) => resampled(series, column, { clock, rate, first, kept }));
  const values = new Float32Array(count * names.length * rows);
  const valid = new Uint8Array(count * rows);
  for (const [window, start] of startsOf(kept, count, rows).entries()) {
    const end = Math.min(kept, start + rows);
    valid.fill(1, window * rows, window * rows + end - start);
    lines.forEach((line, channel) => values.set(line.subarray(start, end), (window * names.length + channel) * rows));
  }
  return { values, valid };
}

/** Takes from the axes of accelerometers what is slower than 0.3 Hz. */
function withoutGravity({ channels, values, time }) {
  const constant = 1 / (2 * Math.PI * 0.3);
  const left = values.map((row) => [...row]);
  const axis = /^(.*)[xyz](.*)$/i;
  const keyOf = (name) => axis.exec(name)?.slice(1).join('*');
  for (const [channel, name] of channels.entries()) {
    const together = channels.filter((other) => keyOf(other) !== undefined && keyOf(other) === keyOf(name));
    if (!/acc/i.test(name) || together.length !== 3) continue;
    let gravity = values[0][channel];
    for (const row of values.keys()) {
      const wait = row === 0 ? 0 : Array.isArray(time) ? time[row] - time[row - 1] : 1 / (time ?? 1);
      const alpha = constant / (constant + wait);
      gravity = alpha * gravity + (1 - alpha) * values[row][channel];
      left[row][channel] = Math.fround(values[row][channel] - gravity);
    }
  }
  return { channels, values: left, time };
}

const rowsOf = (seconds, rate) => Math.max(1, Math.round(seconds * rate));

/** How many rows there are, and how many a second. */
function clockOf({ values, time }) {
  if (!Array.isArray(time)) return { rows: values.length, rate: time };
  const duration = time.at(-1) - time[0];
  return { rows: values.length, rate: duration > 0 ? (values.length - 1) / duration : undefined };
}

const rowsAt = ({ rows, rate }, wanted) =>
  rate === undefined ? rows : Math.floor(((rows - 1) / rate) * wanted + 1e-6) + 1;

/** From the first row to the last; a single window is in the middle. */
function startsOf(length, count, rows) {
  const needed = Math.min(count, Math.max(1, Math.ceil(length / rows)));
  const free = Math.max(0, length - rows);
  if (needed === 1) return [Math.floor(free / 2)];
  return Array.from({ length: needed }, (_, window) => Math.round((window * free) / (needed - 1)));
}

/** Between rows linearly; where there are several for one, a triangle over them. */
function resampled({ values, time }, column, { clock, rate, first, kept }) {
  const step = clock.rate === undefined ? 1 : Math.max(1, Math.round(clock.rate / rate));
  const times =
    Array.isArray(time) && clock.rate !== undefined ? time : values.map((_, row) => row / (clock.rate ?? rate));
  let at = 0;
  const valueAt = (row) => {
    const moment = times[0] + row / (rate * step);
    while (at + 1 < times.length && times[at + 1] <= moment) at++;
    if (at + 1 === times.length) return values[at][column];
    const share = (times[at + 1] - moment) / (times[at + 1] - times[at]);
    return share === 1 ? values[at][column] : values[at][column] * share + values[at + 1][column] * (1 - share);
  };
  const begin = Math.max(0, (first - 1) * step + 1);
  const end = Math.min(rowsAt(clock, rate * step), (first + kept) * step);
  const between = Array.from({ length: end - begin }, (_, row) => valueAt(begin + row));
  return Float32Array.from({ length: kept }, (_, row) => {
    const centre = (first + row) * step - begin;
    let [sum, weights] = [0, 0];
    for (let near = Math.max(0, centre - step + 1); near < Math.min(between.length, centre + step); near++) {
      const weight = step - Math.abs(near - centre);
      sum += between[near] * weight;
      weights += weight;
    }
    return sum / weights;
  });
}
