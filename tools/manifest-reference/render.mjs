import { describeSchema, toJsonSchema } from '@sensorium/orchestrator';

const kinds = [
  { kind: 'encoder', title: 'Encoders', of: 'an input' },
  { kind: 'fusion', title: 'Fusions', of: 'a fusion' },
  { kind: 'head', title: 'Heads', of: 'a head' },
];

/** The reference in Markdown: every key of the manifest, every option of every plugin. */
export function renderReference(manifestSchema, plugins) {
  const schema = toJsonSchema(manifestSchema);
  const { inputs, fusions, heads, training, data } = schema.properties;
  return [
    introduction,
    '## The whole\n\n' + table(schema),
    '## Each input\n\n' + partTable(inputs.additionalProperties),
    '## Each fusion\n\nOf `fusion`, and of each of `fusions`.\n\n' + partTable(fusions.additionalProperties),
    '## Each head\n\n' + partTable(heads.additionalProperties),
    '## `trainable`\n\nOf an input, a fusion or a head. A word alone is its `mode`.\n\n' +
      partTable(trainableOf(fusions.additionalProperties)),
    '## `training`\n\n' + table(training),
    '## `data`\n\n' + table(data),
    ...kinds.map((section) => pluginSection(section, plugins)),
  ].join('\n\n');
}

const introduction = `<!-- Written by tools/manifest-reference. Do not edit. -->

# The manifest

A manifest says in YAML or JSON what a model is made of, and how to train it.

\`\`\`yaml
sensorium: 1
inputs:
  image: { encoder: image, size: 64 } # the long form: the plugin's options stand beside its name
  question: text # the short form: all options at their defaults
fusion: attention
heads:
  answer: classification
data: { train: train.csv }
\`\`\`

A model with one input needs no fusion, and neither do heads that say what they read. Where one fusion is not enough, several
have names; \`of\` names inputs and other fusions:

\`\`\`yaml
sensorium: 1
inputs:
  left: { encoder: image, column: left_photo }
  right: { encoder: image, column: right_photo, tied: left } # the same weights
  views: { encoder: image, many: 4 } # a list of up to four pictures in a cell
  note: { encoder: text, missing: learned }
fusions:
  scene: { use: attention, of: [left, right] }
  all: { use: concat, of: [scene, views, note] }
heads:
  price: regression # of the last fusion
  summary: { use: caption, of: scene }
  space: { use: embedding, of: [left, note] } # of several, each by itself; it needs no column
training: { decides: price } # whose metric chooses the best epoch
data: { train: train.csv, groups: patient } # rows of a patient stay on one side when a part is held out
\`\`\`

A plugin is named by its npm package. Short names are completed: \`image\` under \`inputs\` is \`@sensorium/encoder-image\`,
else \`sensorium-encoder-image\`; \`@acme/lidar\` is \`@acme/sensorium-encoder-lidar\`, else \`@acme/lidar\`. Only direct
dependencies of the project, and what the command \`sensorium\` brings along, are loaded.

\`extends: base.yaml\` takes all values of another manifest, relative to this one. Maps are merged; everything else is
replaced, and so is a part in its short form. A part that names another plugin than the base loses the base's options. The
base's tables stay relative to it; files in the options of its plugins are relative to the manifest that is read. Within one
file, YAML's merge keys do the same: \`<<: *base\` takes the entries of a map that is marked \`&base\`.
\`--set training.epochs=3\` overrides a value from the command line.

## In an editor

Editors check and complete a manifest by its JSON Schema, [manifest.schema.json](manifest.schema.json), which knows the
standard plugins. \`@sensorium/contracts\` brings it along, so it is in the \`node_modules\` of every project that uses
Sensorium. A first line tells the YAML extensions of VS Code, the JetBrains editors, Neovim and others where it is:

\`\`\`yaml
# yaml-language-server: $schema=./node_modules/@sensorium/contracts/manifest.schema.json
sensorium: 1
\`\`\`

In JSON it is a key, which nothing else reads: \`{ "$schema": "./node_modules/@sensorium/contracts/manifest.schema.json", … }\`.
For all manifests of a project at once, in VS Code's \`.vscode/settings.json\`:

\`\`\`json
{ "yaml.schemas": { "./node_modules/@sensorium/contracts/manifest.schema.json": "*.sensorium.yaml" } }
\`\`\`

A schema that knows the plugins of your own project, too, is what \`manifestJsonSchema\` of \`@sensorium/orchestrator\` gives.`;

/** The long form of what has a short one, too. */
const longForm = (schema) => schema.anyOf?.find(({ type }) => type === 'object') ?? schema;

const partTable = (part) => table(longForm(part));

/** It is the same in all parts. */
const trainableOf = (part) => longForm(part).properties.trainable;

function table(schema) {
  const rows = rowsOf(schema, '');
  if (rows.length === 0) return 'None.';
  return ['| Key | Type | Default | Meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

/**
 * One row for each key; keys of a map within follow it, as `crop.keep`, or `parameters.*.mode` where its own keys are free,
 * unless they have a table of their own.
 */
function rowsOf({ properties = {}, required = [] }, prefix) {
  return Object.entries(properties).flatMap(([key, schema]) => {
    const map = longForm(schema);
    const section = prefix === '' && map.type === 'object' ? sections.get(key) : undefined;
    const cells = [
      `\`${prefix}${key}\``,
      describeSchema(schema) + (section ? ` ([its keys](#${section}))` : ''),
      required.includes(key) ? 'required' : defaultOf(schema),
      schema.description ?? '',
    ];
    const row = `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')).join(' | ')} |`;
    if (section) return [row];
    const each = longForm(map.additionalProperties || {});
    return [row, ...rowsOf(map, `${prefix}${key}.`), ...rowsOf(each, `${prefix}${key}.*.`)];
  });
}

/** Keys of which the reference has a section, and its anchor. */
const sections = new Map([
  ['inputs', 'each-input'],
  ['fusion', 'each-fusion'],
  ['fusions', 'each-fusion'],
  ['heads', 'each-head'],
  ...['trainable', 'training', 'data'].map((key) => [key, key]),
]);

function defaultOf({ default: value }) {
  return value === undefined || isEmptyMap(value) ? '' : `\`${JSON.stringify(value)}\``;
}

const isEmptyMap = (value) => JSON.stringify(value) === '{}';

function pluginSection({ kind, title, of }, plugins) {
  const ofKind = plugins.filter((plugin) => plugin.kind === kind);
  const parts = ofKind.map(
    ({ name, package: packageName, description, plugin }) =>
      `### \`${name}\`\n\n${description}. Package \`${packageName}\`.\n\n${table(toJsonSchema(plugin.options))}`,
  );
  return [`## ${title}`, `Their options stand beside the keys of ${of}.`, ...parts].join('\n\n');
}
