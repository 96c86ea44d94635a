import type { FormatName } from '../input.js';
import { checkpoints, forgeries } from './checkpoints.js';
import type { Format } from './format.js';
import { manifestFormat } from './manifests.js';
import { onnx } from './onnx.js';
import { pictures } from './pictures.js';
import { safetensors } from './safetensors.js';
import { tables } from './tables.js';

export const formats: Readonly<Record<FormatName, Format>> = {
  pictures,
  tables,
  manifests: manifestFormat,
  onnx,
  safetensors,
  checkpoints,
  forgeries,
};
