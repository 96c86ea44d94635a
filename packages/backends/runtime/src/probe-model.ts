const onnx =
  '\b\b:5\n\x0e\n\x01x\x12\x01y\x1a\0"\x04Relu\x12\x01gZ\x0f\n\x01x\x12\n\n\b\b\x01\x12\x04\n\x02\b\x01' +
  'b\x0f\n\x01y\x12\n\n\b\b\x01\x12\x04\n\x02\b\x01B\x04\n\0\x10\x11';

/** The simplest model, as the bytes of an ONNX file (opset 17): y = Relu(x), both float32 [1]. */
export const probeModel = Uint8Array.from(onnx, (character) => character.charCodeAt(0));
