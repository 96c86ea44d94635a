import { languages, type Language, type ProgramFiles } from './program-files.js';
import { portCells, type Port, type Ports } from './ports.js';

export interface ReadmeOptions {
  readonly name: string;
  /** Further files of the model, beside model.onnx. */
  readonly graphs: readonly string[];
  readonly ports: Ports;
  /** The inputs that a program is given, by name. */
  readonly inputs: readonly string[];
  readonly program: ProgramFiles;
  /** How weights are stored, and what that changes; undefined where nothing was changed. */
  readonly stored: string | undefined;
}

const titles: Readonly<Record<Language, string>> = { javascript: 'JavaScript (Node 20)', python: 'Python (3.9)' };

/** What lies in an exported folder, and how it is run: for who has the folder alone. */
export function readmeOf({ name, graphs, ports, inputs, program, stored }: ReadmeOptions): string {
  const given = inputs.map((input) => `${input}=…`).join(' ');
  const parts = (Object.keys(titles) as Language[]).flatMap((language) => [
    `## ${titles[language]}`,
    code(program.installs[language], `${languages[language].runs} ${given}`),
    ...withoutExample(program.without[language]),
  ]);
  const lines = [
    `# ${name}`,
    'A model that was trained with Sensorium. `model.onnx` runs in any ONNX Runtime; the programs in `example` do what comes before and after it.',
    ...(graphs.length > 0
      ? [`Further graphs, which read their weights from \`model.onnx\`: ${graphs.join(', ')}.`]
      : []),
    ...(stored === undefined ? [] : [stored]),
    ...parts,
    '## With Sensorium',
    'This folder is a model folder, too: `npx sensorium run . ' +
      given +
      '`, and `loadPipeline` in a program or on a page.',
    '## Inputs and outputs of model.onnx',
    table([...ports.inputs.map((port) => row('input', port)), ...ports.outputs.map((port) => row('output', port))]),
  ];
  return `${lines.join('\n\n')}\n`;
}

const code = (...lines: readonly string[]): string => ['```sh', ...lines, '```'].join('\n');

const withoutExample = (inputs: readonly string[]): string[] =>
  inputs.length === 0
    ? []
    : [
        `There is no example of ${inputs.join(', ')}: give the tensors to \`run()\`, with the names, types and shapes below.`,
      ];

const row = (kind: string, port: Port): string => `| ${[kind, ...portCells(port)].join(' | ')} |`;

const table = (rows: readonly string[]): string =>
  ['|  | name | type | shape |', '| --- | --- | --- | --- |', ...rows].join('\n');
