/**
 * Files that do without Sensorium what a plugin does in TypeScript, for the programs that `sensorium export` writes around a
 * model: a module for each language in which there is one. All of a program lie in one folder, called by kind and name:
 * `encoder-image.mjs`, `encoder_image.py`; so an encoder's may import that of its modality.
 *
 * A modality's has `decode(source)`: a path or a text → a value of its own kind. An encoder's has `prepare(value, options)`: that
 * value → the numbers of each tensor that it feeds for one sample, by name; typed arrays, and in Python arrays of the sample's
 * shape. A head's has `answer(outputs, options, of)`: its outputs [1,…] → `text`, and what else a prediction has. `options` are
 * those of the plugin, with all that training learned. A line `// npm install sharp` (`# pip install pillow`) at the top says
 * what it needs.
 */
export interface Example {
  /** Of its files, without their endings. Default: kind and plugin, `encoder-image`; it may go on: `encoder-onnx-audio` */
  readonly name?: string;
  /** A module for Node 20. */
  readonly javascript?: URL;
  /** A module for Python 3.9 and NumPy. */
  readonly python?: URL;
  /** Examples whose modules its own imports, by their names. */
  readonly uses?: readonly NamedExample[];
}

export interface NamedExample extends Example {
  readonly name: string;
}

/** What exported programs are written in. */
export type ExampleLanguage = 'javascript' | 'python';

/**
 * The files of a plugin's package: `example/encoder-image.mjs` and `example/encoder_image.py` beside the folder of its code.
 *
 * @param module `import.meta.url` of a module in `src` or `dist`
 * @param name of the kind and the plugin: `encoder-image`
 * @param uses examples whose modules its own imports. Default: none
 */
export const exampleBeside = (module: string, name: string, uses: readonly NamedExample[] = []): NamedExample => ({
  name,
  uses,
  // A URL is made when somebody asks: a page that is bundled into one text has no place for it.
  get javascript() {
    return new URL(`../example/${name}.mjs`, module);
  },
  get python() {
    return new URL(`../example/${name.replaceAll('-', '_')}.py`, module);
  },
});
