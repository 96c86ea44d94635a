import { ByteWriter, parquetWrite } from 'hyparquet-writer';

type WriteOptions = Parameters<typeof parquetWrite>[0];

/** A Parquet file, as hyparquet-writer makes it. */
export function parquetBytes(options: Omit<WriteOptions, 'writer'>): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  void parquetWrite({ ...options, writer });
  return new Uint8Array(writer.getBuffer());
}

type Schema = NonNullable<WriteOptions['schema']>;

/** `struct<bytes: binary, path: string>`, as data sets of Hugging Face have pictures and sounds. */
export const fileStruct = (name: string): Schema => [
  { name, repetition_type: 'OPTIONAL', num_children: 2 },
  { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
  { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
];

/** `list<…>` of one element that is not optional. */
export const listOf = (name: string, element: Schema[number]): Schema => [
  { name, repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  element,
];
