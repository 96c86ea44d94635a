/**
 * What lies under a symbol, for programs that read graphs and make others of them: an importer, a training. Plugins need
 * none of it.
 */
export { dtypeError, shapeError } from './error.js';
export { convolutionsAsProducts } from './layout/convolutions-as-products.js';
export { applyNode, madeFor, type Inferred } from './operator.js';
export { coordinateOf, keys, type ResizedAxis } from './operators/interpolation.js';
export { expandTo, reshapeTo } from './operators/shaping.js';
export { fold } from './operators/unfold.js';
export { placesOf, spatialAxes } from './operators/windows.js';
export { rewrite } from './rewrite.js';
export {
  addDimensions,
  at,
  broadcastShapes,
  divideDimensions,
  knownShape,
  multiplyDimensions,
  normalizeAxis,
  sizeOf,
} from './shape.js';
export { dependenciesOf, leavesOf, nodesInOrder } from './traverse.js';
export { createValue, valueOf, type Attribute, type Node, type Origin, type Value } from './value.js';
