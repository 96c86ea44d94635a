/**
 * A series → `values` float32 [rows,columns] of the columns that the model takes, from the first row on, and `count`, how many
 * rows are the series' own. All else is in the model: scale, mean and deviation.
 */
export function prepare(series, { columns, length, window = 1, hop = window, fill }) {
  const rows = window + Math.max(0, Math.ceil((length - window) / hop)) * hop;
  const values = new Float32Array(rows * columns.length);
  const own = series.values.slice(0, length);
  const places = columns.map((column) => series.channels.indexOf(column));
  if (places.includes(-1)) throw new Error(`the series has no "${columns[places.indexOf(-1)]}"`);
  own.forEach((row, at) => {
    values.set(
      places.map((place) => (Number.isNaN(row[place]) ? filled(fill) : row[place])),
      at * columns.length,
    );
  });
  return { values, count: Int32Array.of(own.length) };
}

function filled(fill) {
  if (fill === undefined) throw new Error('the series has a gap, and the model was given nothing for one');
  return fill;
}
