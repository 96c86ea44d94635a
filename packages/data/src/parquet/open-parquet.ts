import { parquetMetadataAsync, parquetSchema, type AsyncBuffer, type FileMetaData, type SchemaTree } from 'hyparquet';
import { SensoriumError } from '@sensorium/contracts';
import type { RandomAccess } from '../bytes/random-access.js';
import { Recent } from '../recent.js';
import { badTable } from '../table/table-error.js';

/** A Parquet file of which the end is read, where it says what lies where. */
export interface ParquetFile {
  readonly name: string;
  readonly buffer: AsyncBuffer;
  readonly metadata: FileMetaData;
  readonly columns: readonly ParquetColumn[];
  readonly groups: readonly RowGroup[];
  readonly rows: number;
}

export interface ParquetColumn {
  readonly name: string;
  /**
   * What its cells hold: values; or files: bytes without a type, or `{ bytes, path }` as data sets of Hugging Face have pictures
   * and sounds. In a list, too.
   */
  readonly holds: 'values' | 'files';
  /** Whether the file says that every cell has something. */
  readonly isFull: boolean;
  /** Whether its pages can be read alone. */
  readonly hasPages: boolean;
}

/** Rows that are stored together, counted from 0. */
export interface RowGroup {
  readonly start: number;
  readonly end: number;
}

const opened = new Recent<ParquetFile>(16);

/** Throws SENSORIUM_BAD_TABLE for what is no Parquet file, or cut. It is remembered while the file stays as it is. */
export const openParquet = (access: RandomAccess): Promise<ParquetFile> =>
  opened.get(access.state, async () => {
    const buffer = bufferOf(access);
    const metadata = await metadataOf(buffer, access);
    const { name } = access;
    let rows = 0;
    const groups = metadata.row_groups.map(({ num_rows: count }): RowGroup => {
      const start = rows;
      rows += Number(count);
      return { start, end: rows };
    });
    const columns = parquetSchema(metadata).children.map((tree) => columnOf(tree, metadata));
    return { name, buffer, metadata, columns, groups, rows };
  });

/** hyparquet takes buffers that begin and end where the bytes do. */
const bufferOf = ({ size, read }: RandomAccess): AsyncBuffer => ({
  byteLength: size,
  async slice(start, end = size) {
    const bytes = await read(start, Math.min(end, size));
    const { buffer, byteOffset, byteLength } = bytes;
    return byteLength === buffer.byteLength ? buffer : buffer.slice(byteOffset, byteOffset + byteLength);
  },
});

const SHORTEST = 12;

async function metadataOf(buffer: AsyncBuffer, { name, size }: RandomAccess): Promise<FileMetaData> {
  try {
    if (size < SHORTEST) throw new Error(`it has ${size} bytes`);
    return await parquetMetadataAsync(buffer, { geoparquet: false });
  } catch (cause) {
    if (SensoriumError.is(cause)) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    const hint = 'A Parquet file ends with "PAR1": where it does not, it was cut. Copy or download it again.';
    throw badTable(`"${name}" is no Parquet file that can be read: ${why}`, { file: name }, hint, cause);
  }
}

function columnOf(tree: SchemaTree, metadata: FileMetaData): ParquetColumn {
  const { name } = tree.element;
  const chunks = metadata.row_groups.map(({ columns }) =>
    columns.filter(({ meta_data: data }) => data?.path_in_schema[0] === name),
  );
  const all = chunks.flat();
  const bytes = all.filter(
    ({ meta_data: data }) => data?.path_in_schema.length === 1 || data?.path_in_schema.at(-1) === 'bytes',
  );
  return {
    name,
    holds: holdsFiles(tree) ? 'files' : 'values',
    isFull: isSingle(tree) && bytes.every(({ meta_data: data }) => data?.statistics?.null_count === 0n),
    hasPages: all.every(({ offset_index_offset: offset }) => offset !== undefined),
  };
}

const isSingle = ({ element, children }: SchemaTree): boolean =>
  element.repetition_type !== 'REPEATED' && (children.length === 0 || isFileStruct(children));

function holdsFiles({ element, children }: SchemaTree): boolean {
  if (children.length === 0) return isBytes(element);
  if (isFileStruct(children)) return true;
  const isList = element.converted_type === 'LIST' || element.logical_type?.type === 'LIST';
  return (isList || element.repetition_type === 'REPEATED') && children.some(holdsFiles);
}

/** Bytes that nothing says to be text, JSON, a number or an identifier. */
const isBytes = ({ type, converted_type: converted, logical_type: logical }: SchemaTree['element']): boolean =>
  (type === 'BYTE_ARRAY' || type === 'FIXED_LEN_BYTE_ARRAY') && converted === undefined && logical === undefined;

/** `struct<bytes: binary, path: string>` */
const isFileStruct = (children: readonly SchemaTree[]): boolean =>
  children.some(({ element }) => element.name === 'bytes' && isBytes(element)) &&
  children.every(({ element }) => element.name === 'bytes' || element.name === 'path');
