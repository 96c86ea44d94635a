/** The messages of which an ONNX file consists, and what is asked of them on the way in as on the way out. */
export { elementTypes } from './element-types.js';
export { badModel, describeNode } from './onnx/bad-model.js';
export {
  floatAttribute,
  integerAttribute,
  integersAttribute,
  makeNode,
  textAttribute,
  textOf,
  without,
} from './onnx/make-node.js';
export * from './onnx/onnx_pb.js';
export { renameNodes, type Fresh } from './onnx/rename.js';
export { attributeOf, capturedBy, definedIn, graphsIn, readBy, subgraphsOf, tensorsIn, typeOf } from './onnx/walk.js';
