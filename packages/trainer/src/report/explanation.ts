import type { Tensor } from '@sensorium/contracts';
import type { AttentionExplanation, Explanation, GradientExplanation, ShapleyValues } from '@sensorium/orchestrator';
import type { Sight } from '../metrics.js';
import { sightOf } from '../sight.js';
import { renderAttention } from './attention.js';
import { renderBars } from './bars.js';
import { renderDocument } from './document.js';
import { formatValue } from './format.js';
import { html, type Html } from './html.js';
import { section } from './section.js';
import { attention, contribution, renderOverlay } from './overlay.js';
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
  readonly overlays: readonly ShownOverlays[];
  readonly attended: readonly Attended[];
}

/** How much the parts of an input are looked at. */
interface Attended {
  readonly input: string;
  readonly shown: readonly Html[];
}

/** What the parts of an input contribute, for each of its values. */
interface ShownOverlays {
  readonly input: string;
  readonly integrated: readonly Html[];
  readonly timesInput: readonly Html[];
}

async function showSample(explanation: Explanation): Promise<ShownSample> {
  const inputs = Object.entries(explanation.inputs).map(async ([name, values]) => {
    return [name, await Promise.all(values.map(sightOf))] as const;
  });
  const shown = Object.entries(explanation.gradients?.inputs ?? {}).map(async ([input, { overlays }]) => ({
    input,
    integrated: await Promise.all(overlays.integrated.map(async (overlay) => renderOverlay(overlay, contribution))),
    timesInput: await Promise.all(overlays.timesInput.map(async (overlay) => renderOverlay(overlay, contribution))),
  }));
  const attended = Object.entries(explanation.attention?.overlays ?? {}).map(async ([input, overlays]) => ({
    input,
    shown: await Promise.all(overlays.map(async (overlay) => renderOverlay(overlay, attention))),
  }));
  return {
    inputs: Object.fromEntries(await Promise.all(inputs)),
    explanation,
    overlays: await Promise.all(shown),
    attended: (await Promise.all(attended)).filter(({ shown }) => shown.length > 0),
  };
}

function renderSample(
  { inputs, explanation, overlays, attended }: ShownSample,
  number: number | undefined,
  embedded: Embedded,
): Html {
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
      ${
        explanation.shapley &&
        html`<h3>What each input contributes</h3>
          ${renderShapley(explanation, explanation.shapley)}`
      }
      ${explanation.gradients && renderGradients(explanation, explanation.gradients, overlays)}
      ${explanation.attention && renderLayers(explanation.attention, attended)}`,
  );
}

/** The exact Shapley values, from what the model says without any input to what it says with all. */
function renderShapley({ value, unit }: Explanation, { none, values, neverMissing }: ShapleyValues): Html {
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

/** Integrated gradients, and below them gradient × input. */
function renderGradients(
  { value, unit }: Explanation,
  { baseline, inputs }: GradientExplanation,
  overlays: readonly ShownOverlays[],
): Html {
  const sum = Object.values(inputs).flatMap(({ integrated }) => Object.values(integrated).map(sumOf));
  return html`<h3>Where in the inputs it comes from</h3>
    <p class="note">
      Integrated gradients: <span class="key right">blue</span> speaks for the answer,
      <span class="key wrong">orange</span> against it. If all that the model is fed were 0, the number would be
      ${formatValue(baseline, unit)}; what is shown sums to
      ${formatValue(
        sum.reduce((a, b) => a + b, 0),
        unit,
      )}
      of the difference of ${formatValue(value - baseline, unit)}.
    </p>
    ${cards(overlays.map(({ input, integrated }) => ({ input, shown: integrated })))}
    <details>
      <summary>Gradient × input: what a small change of each would do</summary>
      ${cards(overlays.map(({ input, timesInput }) => ({ input, shown: timesInput })))}
    </details>`;
}

/** Attention between inputs. */
function renderLayers({ layers }: AttentionExplanation, attended: readonly Attended[]): Html | undefined {
  if (layers.length === 0) return undefined;
  return html`<h3>Where inputs look at each other</h3>
    <p class="note">
      The attention that the tokens of one give those of the other, in the mean over tokens and heads. It says what is
      read, not what is decided by it.
    </p>
    <div class="panels">${layers.map(renderAttention)}</div>
    ${
      attended.length > 0 &&
      html`<p class="note">What the others look at in the last of these layers:</p>
        ${cards(attended)}`
    }`;
}

const cards = (inputs: readonly Attended[]): Html =>
  html`<ul class="cards overlays">
    ${inputs.map(
      ({ input, shown }) =>
        html`<li>
          <div class="input">
            <span class="name">${input}</span
            >${shown.length > 0 ? shown : html`<i>its encoder has no picture of it; --json gives the numbers</i>`}
          </div>
        </li>`,
    )}
  </ul>`;

const sumOf = ({ data }: Tensor): number => Array.from(data, Number).reduce((a, b) => a + b, 0);
