import type { Example } from '../metrics.js';
import { formatCount, formatShare } from './format.js';
import { clip, html, type Html } from './html.js';
import { loadPictures, type Picture } from './picture.js';
import type { DecisiveScores } from './scores.js';
import { section } from './section.js';

/** Examples of each sort, of all heads together. */
const SHOWN = 24;
/** Characters of a cell, and of an answer. */
const CELL = 400;
const ANSWER = 120;

type Pictures = ReadonlyMap<string, Picture>;

interface Group {
  readonly head: string;
  /** The most confident first. */
  readonly wrong: readonly Example[];
  readonly right: readonly Example[];
}

/** Answers to look at: of every head the most confident mistakes, and right answers. */
export async function renderExamples(
  examples: readonly Example[],
  scores: DecisiveScores | undefined,
): Promise<Html | undefined> {
  if (examples.length === 0) return undefined;
  const groups = groupsOf(examples);
  const shown = groups.flatMap(({ wrong, right }) => [...wrong, ...right]);
  const sources = shown.flatMap(({ inputs }) => inputs.filter(isPicture));
  const pictures = await loadPictures(sources.map(({ source, cell }) => ({ source, name: cell })));
  return section('examples', 'Examples', [
    html`<p>From the ${scores?.source ?? 'held out'} rows.</p>`,
    ...groups.flatMap((group) => renderGroup(group, scores, pictures)),
  ]);
}

const isPicture = ({ modality, source }: Example['inputs'][number]): boolean => modality === 'image' && source !== '';

function groupsOf(examples: readonly Example[]): Group[] {
  const heads = [...new Set(examples.map(({ head }) => head))];
  const most = Math.max(1, Math.floor(SHOWN / heads.length));
  return heads.map((head) => {
    const own = examples.filter((example) => example.head === head);
    const wrong = own.filter(({ right }) => !right).sort((a, b) => b.probability - a.probability);
    return {
      head,
      wrong: wrong.slice(0, most),
      right: spread(
        own.filter(({ right }) => right),
        most,
      ),
    };
  });
}

/** At most `most` of the items, evenly from all over the list. */
function spread<T>(items: readonly T[], most: number): T[] {
  const count = Math.min(most, items.length);
  const picked = new Set(Array.from({ length: count }, (_, index) => Math.floor((index * items.length) / count)));
  return items.filter((_, index) => picked.has(index));
}

function renderGroup({ head, wrong, right }: Group, scores: DecisiveScores | undefined, pictures: Pictures): Html[] {
  const totals = totalsOf(scores, head);
  const wrongTitle = `${head}: wrong, the most confident first`;
  return [
    ...(wrong.length > 0
      ? list(wrongTitle, wrong, totals?.wrong, pictures)
      : [html`<h3>${head}: no wrong answers</h3>`]),
    ...(right.length > 0
      ? list(`${head}: right`, right, totals?.right, pictures)
      : [html`<h3>${head}: no right answers</h3>`]),
  ];
}

function totalsOf(scores: DecisiveScores | undefined, head: string): { right: number; wrong: number } | undefined {
  const counts = scores?.heads[head]?.confusion?.counts;
  if (!counts) return undefined;
  const right = counts.reduce((sum, row, label) => sum + (row[label] ?? 0), 0);
  const all = counts.flat().reduce((a, b) => a + b, 0);
  return { right, wrong: all - right };
}

function list(title: string, examples: readonly Example[], total: number | undefined, pictures: Pictures): Html[] {
  const count = total === undefined ? '' : ` (${examples.length} of ${formatCount(total)})`;
  return [
    html`<h3>${title}${count}</h3>`,
    html`<ul class="examples">
      ${examples.map((example) => card(example, pictures))}
    </ul>`,
  ];
}

function card({ inputs, truth, prediction, probability, right }: Example, pictures: Pictures): Html {
  return html`<li class="${right ? 'right' : 'wrong'}">
    ${inputs.map((input) => (isPicture(input) ? figure(input, pictures.get(input.source)) : textCell(input)))}
    <dl class="answer">
      <div>
        <dt>Predicted</dt>
        <dd>
          <span class="sign" aria-hidden="true">${right ? '✓' : '✗'}</span>
          <b dir="auto">${clip(prediction, ANSWER)}</b>
          <span class="probability">${formatShare(probability)}</span>
          <span class="bar" aria-hidden="true"><span style="width:${(probability * 100).toFixed(1)}%"></span></span>
        </dd>
      </div>
      <div>
        <dt>Truth</dt>
        <dd><b dir="auto">${clip(truth, ANSWER)}</b></dd>
      </div>
    </dl>
  </li>`;
}

function figure({ name, cell }: Example['inputs'][number], picture: Picture | undefined): Html {
  const caption = clip(cell, 80);
  if (!picture || 'problem' in picture) {
    return html`<p class="missing">
      <span class="input">${name}</span>The picture “${caption}” cannot be shown. ${clip(picture?.problem ?? '', CELL)}
    </p>`;
  }
  const { url, width, height, isWhole } = picture;
  return html`<figure>
    <img class="${isWhole && 'pixels'}" src="${url}" width="${width}" height="${height}" alt="${name}: ${caption}" />
    <figcaption title="${caption}">${name}: ${caption}</figcaption>
  </figure>`;
}

function textCell({ name, cell }: Example['inputs'][number]): Html {
  const text = cell === '' ? html`<i>no value</i>` : html`<span class="text" dir="auto">${clip(cell, CELL)}</span>`;
  return html`<p class="cell"><span class="input">${name}</span>${text}</p>`;
}
