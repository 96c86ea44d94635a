// Resolved by `imports` in package.json: each platform has its own build.
declare module '#onnxruntime/wasm' {
  export * from 'onnxruntime-web';
}
