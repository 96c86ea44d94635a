import type { Explanation } from '@sensorium/orchestrator';
import type { Sight } from '../metrics.js';
import { sightOf } from '../sight.js';
import { renderBars } from './bars.js';
import { renderDocument } from './document.js';
import { formatValue } from './format.js';
import { html, type Html } from './html.js';
import { section } from './section.js';
import { embed, type Embedded } from './sight.js';

/** Explanations as one HTML file that needs nothing outside itself. */
export async function renderExplanations(model: string, explanations: readonly Explanation[]): Promise<string> {
  const samples = await Promise.all(explanations.map(showSample));
  const embedded = await embed(samples.flatMap(({ inputs }) => Object.values(inputs).flat()));
  return renderDocument(
    `${model}: explanation`,
    html`<header>
        <p class="kind">Explanation</p>
        <h1><bdi>${model}</bdi></h1>
      </header>
      ${samples.map((sample, index) => renderSample(sample, samples.length > 1 ? index + 1 : undefined, embedded))}`,
  );
}

/** A sample as people see it, and why the model answers what it answers to it. */
interface ShownSample {
  readonly inputs: Readonly<Record<string, readonly Sight[]>>;
  readonly explanation: Explanation;
}

async function showSample(explanation: Explanation): Promise<ShownSample> {
  const inputs = Object.entries(explanation.inputs).map(async ([name, values]) => {
    return [name, await Promise.all(values.map(sightOf))] as const;
  });
  return { inputs: Object.fromEntries(await Promise.all(inputs)), explanation };
}

function renderSample({ inputs, explanation }: ShownSample, number: number | undefined, embedded: Embedded): Html {
  const { head, output, value, unit } = explanation;
  return section(
    `sample-${number ?? 1}`,
    number === undefined ? 'The answer' : `Sample ${number}`,
    html`<ul class="cards">
        ${Object.entries(inputs).map(
          ([name, sights]) =>
            html`<li>
              <div class="input">
                <span class="name">${name}</span>${sights.length === 0 ? html`<i>no value</i>` : sights.map(embedded)}
              </div>
            </li>`,
        )}
      </ul>
      <p><bdi>${head}</bdi>: ${output !== null && html`<b dir="auto">${output}</b>, `}${formatValue(value, unit)}.</p>
      <h3>What each input contributes</h3>
      ${renderShapley(explanation)}`,
  );
}

/** The exact Shapley values, from what the model says without any input to what it says with all. */
export function renderShapley({ shapley: { none, values, neverMissing }, value, unit }: Explanation): Html {
  return html`<p class="note">
      Without any input the number would be ${formatValue(none, unit)}, with all it is ${formatValue(value, unit)}; the
      Shapley values of the inputs sum to the difference. ${neverMissing.length > 0 && untrained(neverMissing)}
    </p>
    ${renderBars({ bars: values, unit })}`;
}

/** What one has to know of inputs that training never hid. */
export const untrained = (names: readonly string[]): Html =>
  html`Training never saw a sample without ${names.map((name, index) => html`${index > 0 && ', '}<bdi>${name}</bdi>`)},
  so that what the model says without is a guess.`;
