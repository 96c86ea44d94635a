import type { Example, Sight } from '../metrics.js';
import { formatShare } from './format.js';
import { clip, html, type Html } from './html.js';
import type { SpeakingScores } from './scores.js';
import { section } from './section.js';
import type { Embedded } from './sight.js';

/** Examples of a rank that are seen at once; a click shows the others. */
const FIRST = 8;
/** Characters of an answer. */
const ANSWER = 200;

const titles: Readonly<Record<Example['rank'], string>> = {
  worst: 'the worst answers',
  best: 'the best answers',
  some: 'some answers',
};

/** What of examples has to be embedded. */
export const sightsOfExamples = (examples: readonly Example[]): Sight[] =>
  examples.flatMap(({ inputs, truth, answer }) => [
    ...Object.values(inputs).flat(),
    ...truth,
    ...(answer.media ? [answer.media] : []),
  ]);

/** Answers to look at: of every head the worst and the best. */
export function renderExamples(
  examples: readonly Example[],
  scores: SpeakingScores | undefined,
  embedded: Embedded,
): Html | undefined {
  if (examples.length === 0) return undefined;
  const groups = new Map<string, Example[]>();
  for (const example of examples) {
    const title = `${example.head}: ${titles[example.rank]}`;
    groups.set(title, [...(groups.get(title) ?? []), example]);
  }
  return section('examples', 'Examples', [
    html`<p class="note">
      From the ${scores?.source ?? 'held-out'} rows, the worst and the best first by what each head’s meter calls bad.
    </p>`,
    [...groups].map(
      ([title, own]) =>
        html`<h3><bdi>${title}</bdi></h3>
          ${cards(own.slice(0, FIRST), embedded)}
          ${
            own.length > FIRST &&
            html`<details>
              <summary>${own.length - FIRST} more</summary>
              ${cards(own.slice(FIRST), embedded)}
            </details>`
          }`,
    ),
  ]);
}

const cards = (examples: readonly Example[], embedded: Embedded): Html =>
  html`<ul class="cards">
    ${examples.map((example) => card(example, embedded))}
  </ul>`;

function card({ rank, inputs, truth, answer, details }: Example, embedded: Embedded): Html {
  return html`<li class="${rank}">
    ${Object.entries(inputs).map(([name, sights]) => input(name, sights, embedded))}
    <dl class="answer">
      <div>
        <dt>Answer</dt>
        <dd>
          <b dir="auto">${clip(answer.text, ANSWER)}</b>
          ${answer.confidence !== undefined && confidenceOf(answer.confidence)}${answer.media && embedded(answer.media)}
        </dd>
      </div>
      ${
        truth.length > 0 &&
        html`<div>
          <dt>Truth</dt>
          <dd>${truth.map(embedded)}</dd>
        </div>`
      }
      ${details.map(
        ({ title, text, confidence }) =>
          html`<div class="detail">
            <dt>${title}</dt>
            <dd>
              <span dir="auto">${clip(text, ANSWER)}</span>
              ${confidence !== undefined && confidenceOf(confidence)}
            </dd>
          </div>`,
      )}
    </dl>
  </li>`;
}

const confidenceOf = (confidence: number): Html =>
  html`<span class="confidence" title="confidence">${formatShare(confidence)}</span>`;

const input = (name: string, sights: readonly Sight[], embedded: Embedded): Html =>
  html`<div class="input">
    <span class="name">${name}</span>${sights.length === 0 ? html`<i>no value</i>` : sights.map(embedded)}
  </div>`;
