import type { FormatName } from '../input.js';
import type { Target } from '../process/judge.js';
import { resume, resumeForgery } from './checkpoints.js';
import { readManifestFile } from './manifests.js';
import { readOnnxFile } from './onnx.js';
import { readPicture } from './pictures.js';
import { readTensors } from './safetensors.js';
import { readTable } from './tables.js';

/** What reads the files of each format. */
export const targets: Readonly<Record<FormatName, Target>> = {
  pictures: readPicture,
  tables: readTable,
  manifests: readManifestFile,
  onnx: readOnnxFile,
  safetensors: readTensors,
  checkpoints: resume,
  forgeries: resumeForgery,
};
