export { annotations, writeAnnotatedTable } from './annotated-table.js';
export { samples } from './samples.js';
export type { Sample, WriteSampleOptions, WrittenSample } from './samples.js';
export { PICTURE_SIZE, writeCaptionTable, writePicture } from './scene-table.js';
export { sensesColumns, writeSenses, type SensesRow } from './senses-files.js';
