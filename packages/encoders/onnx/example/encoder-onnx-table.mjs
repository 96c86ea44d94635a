/** A row → `values` float32 [columns], in their order. All else is in the model: scale, mean and deviation. */
export const prepare = (row, { columns, categories = {}, fill }) => ({
  values: Float32Array.from(columns, (column) => numberOf(row[column] ?? null, column, { categories, fill })),
});

function numberOf(cell, column, { categories, fill }) {
  if (cell === null && fill !== undefined) return fill;
  const number = column in categories ? categories[column].indexOf(String(cell)) : Number(cell ?? NaN);
  if (Number.isNaN(number) || (column in categories && number < 0)) throw new Error(`"${cell}" in "${column}"`);
  return number;
}
