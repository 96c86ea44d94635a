import { colours, materials, maximumObjects, shapes, sizes } from '../scene.js';

const counts = Array.from({ length: maximumObjects + 1 }, (_, count) => String(count));

/** Every answer that a question can have: 31 labels. */
export const answers: readonly string[] = [
  'yes',
  'no',
  ...counts,
  ...colours,
  ...shapes,
  ...sizes,
  ...materials,
  'left',
  'right',
  'top',
  'bottom',
];
