import { readFile } from 'node:fs/promises';
import type { ExampleLanguage } from '@sensorium/contracts';
import type { Program } from '@sensorium/orchestrator';
import { exampleFile } from '../example-file.js';

export type Language = ExampleLanguage;

/** How a language's files are called, and what each needs to be there. */
export const languages: Readonly<Record<Language, { readonly runs: string; readonly installs: string }>> = {
  javascript: { runs: 'node example/run.mjs', installs: 'npm install onnxruntime-node' },
  python: { runs: 'python3 example/run.py', installs: 'pip install onnxruntime numpy' },
};

export interface ProgramFiles {
  /** By their names in the folder of the example. */
  readonly files: Readonly<Record<string, string>>;
  /** For each language, what installs all that its files need. */
  readonly installs: Readonly<Record<Language, string>>;
  /** For each language, the inputs that have no example. */
  readonly without: Readonly<Record<Language, readonly string[]>>;
}

const fileName: Readonly<Record<Language, (module: string) => string>> = {
  javascript: (module) => `${module}.mjs`,
  python: (module) => `${module.replaceAll('-', '_')}.py`,
};

/**
 * Programs that run a model with ONNX Runtime alone, in each language: what all models share, the plugins' own modules, and in
 * model.json what they have to know of this model.
 *
 * @param model the path of the model's file, from the folder of the example on
 */
export async function programFiles(program: Program, model: string): Promise<ProgramFiles> {
  const { modules, ...description } = program;
  const [javascript, python] = [await modulesIn('javascript', modules), await modulesIn('python', modules)];
  const document = { file: model, javascript: [...javascript.keys()], python: [...python.keys()], ...description };
  return {
    files: {
      'model.json': `${JSON.stringify(document, null, 2)}\n`,
      ...(await filesOf('javascript', javascript)),
      ...(await filesOf('python', python)),
    },
    installs: { javascript: installing('javascript', javascript), python: installing('python', python) },
    without: { javascript: withoutExample(program, javascript), python: withoutExample(program, python) },
  };
}

type Modules = ReadonlyMap<string, string>;

/** The modules that there are, with their text. */
async function modulesIn(language: Language, modules: Program['modules']): Promise<Modules> {
  const found = Object.entries(modules).map(async ([module, example]) => {
    const file = example?.[language];
    return file ? [[module, await readFile(file, 'utf8')] as const] : [];
  });
  return new Map((await Promise.all(found)).flat());
}

async function filesOf(language: Language, modules: Modules): Promise<Record<string, string>> {
  const shared = await readFile(exampleFile(fileName[language]('run')), 'utf8');
  const all = [['run', shared] as const, ...modules];
  return Object.fromEntries(all.map(([module, text]) => [fileName[language](module), text]));
}

/** What modules say that they need, at their top: `// npm install sharp`. */
function installing(language: Language, modules: Modules): string {
  const { installs } = languages[language];
  const needs = [...modules.values()].flatMap((text) => /^(?:\/\/|#) (?:npm|pip) install (.+)$/m.exec(text)?.[1] ?? []);
  return [installs, ...new Set(needs.flatMap((line) => line.trim().split(/\s+/)))].join(' ');
}

const withoutExample = ({ inputs }: Program, modules: Modules): string[] =>
  Object.entries(inputs).flatMap(([name, { decode, prepare }]) =>
    modules.has(decode) && modules.has(prepare) ? [] : [name],
  );
