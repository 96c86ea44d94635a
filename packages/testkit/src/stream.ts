/** Values one after the other, as a table gives them. */
export async function* stream<T>(values: readonly T[]): AsyncGenerator<T> {
  yield* values;
}
