/** Asked this way, because ONNX Runtime puts things of browsers (a `Worker`) among Node's globals. */
export const inNode = globalThis.process?.versions?.node !== undefined;
