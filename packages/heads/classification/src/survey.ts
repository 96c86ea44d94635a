import { required, type Survey, type Surveyed, type Warning } from '@sensorium/contracts';

/** Labels that are named in a fact or a warning. */
const MOST_NAMED = 5;
/** A label with fewer rows is learned by heart. */
const FEW_ROWS = 5;
/** The commonest label alone makes so many of the rows: accuracy says little then. */
const MAJORITY = 0.8;

interface Counted {
  readonly label: string;
  readonly rows: number;
  readonly trained: number;
}

/** What is known of labels before training: how many there are of each, and which cannot be learned. */
export async function surveyLabels(
  labels: readonly string[],
  values: AsyncIterable<Surveyed<string>>,
): Promise<Survey> {
  const found = new Map<string, Counted>();
  for await (const { value: label, rows, trained } of values) found.set(label, { label, rows, trained });
  const counted = [...found.values()].sort((a, b) => b.rows - a.rows);
  const total = counted.reduce((sum, { rows }) => sum + rows, 0);
  const first = required(counted[0], 'the commonest label');
  return {
    facts: [`${labels.length} labels`, sharesOf(counted, total)],
    baseline: {
      metric: 'accuracy',
      value: first.rows / total,
      title: `always “${first.label}”`,
      better: 'higher',
      unit: '%',
    },
    warnings: [
      ...fewRows(counted, total),
      ...untrained(counted),
      ...majority(first, total),
      ...alike(labels),
      ...absent(labels, found),
    ],
  };
}

/** `yes 31 %, no 30 %, blue 4 %, 10 others 35 %` */
function sharesOf(counted: readonly Counted[], total: number): string {
  const named = counted.length <= MOST_NAMED + 1 ? counted : counted.slice(0, MOST_NAMED);
  const others = counted.slice(named.length);
  const share = (rows: number): string => percent(rows / total);
  return [
    ...named.map(({ label, rows }) => `${label} ${share(rows)}`),
    ...(others.length > 0 ? [`${others.length} others ${share(others.reduce((sum, { rows }) => sum + rows, 0))}`] : []),
  ].join(', ');
}

function fewRows(counted: readonly Counted[], total: number): Warning[] {
  const once = counted.filter(({ rows }) => rows === 1);
  const few = counted.filter(({ rows }) => rows > 1 && rows < FEW_ROWS);
  if (isOnce(once, total)) {
    return [
      {
        code: 'labels-once',
        message: `${once.length} of ${counted.length} labels stand in one row each, of ${total} rows: hardly anything repeats that could be learned`,
        hint: 'Look whether the head reads the right column; numbers are for regression, free texts for caption.',
      },
    ];
  }
  return [
    ...(once.length > 0
      ? [
          {
            code: 'label-once',
            message: `${countOf(once.length, 'label stands', 'labels stand')} in one row: ${namesOf(once)}`,
            hint: 'Add rows of them, or give them one label such as "other": what is in one row is learned by heart, or held out and never learned.',
          },
        ]
      : []),
    ...(few.length > 0
      ? [
          {
            code: 'label-rare',
            message: `${countOf(few.length, 'label has', 'labels have')} fewer than ${FEW_ROWS} of ${total} rows: ${namesOf(few)}`,
            hint: 'Add rows of them, or give them more weight with classWeights: balanced.',
          },
        ]
      : []),
  ];
}

/** Whether most rows have a label of their own. */
const isOnce = (once: readonly Counted[], total: number): boolean => once.length > total / 2;

function untrained(counted: readonly Counted[]): Warning[] {
  const never = counted.filter(({ trained }) => trained === 0);
  if (never.length === 0) return [];
  return [
    {
      code: 'label-untrained',
      message: `all rows of ${countOf(never.length, 'label are', 'labels are')} held out, so that nothing is trained on ${never.length === 1 ? 'it' : 'them'}: ${namesOf(never)}`,
      hint: 'Add rows of them, take another training.seed, or give a table as data.validation.',
    },
  ];
}

function majority({ label, rows }: Counted, total: number): Warning[] {
  if (rows / total < MAJORITY) return [];
  return [
    {
      code: 'label-majority',
      message: `${percent(rows / total)} of the rows are ${quoted(label)}: who always says so is right as often`,
      hint: 'Judge by balanced accuracy or macro F1, and give the others more weight with classWeights: balanced.',
    },
  ];
}

/** Labels that people would take for one. */
function alike(labels: readonly string[]): Warning[] {
  const groups = new Map<string, string[]>();
  for (const label of labels) groups.set(plain(label), [...(groups.get(plain(label)) ?? []), label]);
  const same = [...groups.values()].filter((group) => group.length > 1);
  if (same.length === 0) return [];
  return [
    {
      code: 'labels-alike',
      message: `labels that differ in case, white space or Unicode form alone are different ones: ${listOf(same.map((group) => group.map(visible).join(' and ')))}`,
      hint: 'Write them alike in the table.',
    },
  ];
}

function absent(labels: readonly string[], found: ReadonlyMap<string, Counted>): Warning[] {
  const missing = labels.filter((label) => !found.has(label));
  if (missing.length === 0) return [];
  return [
    {
      code: 'label-absent',
      message: `${countOf(missing.length, 'label is', 'labels are')} given and in no row: ${listOf(missing.map(quoted))}`,
      hint: 'Add rows of them, or take them out of "labels".',
    },
  ];
}

const plain = (label: string): string => label.normalize('NFKC').toLowerCase().replaceAll(/\s+/gu, ' ').trim();

const quoted = (label: string): string => JSON.stringify(label);

/** With what cannot be seen written as its code: spaces that are none of the keyboard's, and marks on their own. */
const visible = (label: string): string =>
  quoted(label).replaceAll(
    /[^\S ]|\p{M}/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const namesOf = (counted: readonly Counted[]): string => listOf(counted.map(({ label }) => quoted(label)));

const listOf = (names: readonly string[]): string =>
  names.slice(0, MOST_NAMED).join(', ') + (names.length > MOST_NAMED ? ', …' : '');

const countOf = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

const percent = (share: number): string =>
  `${share < 0.01 || share > 0.99 ? (100 * share).toFixed(1) : Math.round(100 * share)} %`;
