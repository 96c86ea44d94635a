/** A file that is written from its beginning to its end, and is there when it is whole. */
export interface TextFile {
  write(text: string): Promise<void>;
  commit(): Promise<void>;
  dispose(): Promise<void>;
}

/** Throws as `openAtomic` and the functions of what it gives. */
export async function openTextFile(path: string): Promise<TextFile> {
  const { openAtomic } = await import('@sensorium/data');
  const file = await openAtomic(path);
  const encoder = new TextEncoder();
  let position = 0;
  return {
    async write(text) {
      const bytes = encoder.encode(text);
      await file.write(bytes, position);
      position += bytes.length;
    },
    commit: () => file.commit(),
    dispose: () => file.dispose(),
  };
}
