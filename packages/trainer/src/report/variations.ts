import type { Sight, Variation } from '../metrics.js';
import { html, type Html } from './html.js';
import { section } from './section.js';
import type { Embedded } from './sight.js';

/** What of variations has to be embedded. */
export const sightsOfVariations = (variations: readonly Variation[]): Sight[] =>
  variations.flatMap(({ value, variants }) => [value, ...variants]);

/** Training samples beside what training makes of them by chance. */
export function renderVariations(variations: readonly Variation[], embedded: Embedded): Html | undefined {
  if (variations.length === 0) return undefined;
  const names = [...new Set(variations.map(({ name }) => name))];
  return section('variations', 'As the model sees them', [
    html`<p class="note">
      Each first as it is in the training table, then as training varies it by chance, another way in every epoch. What
      you could not recognise, the model cannot either.
    </p>`,
    names.map(
      (name) =>
        html`<h3><bdi>${name}</bdi></h3>
          <ul class="cards strips">
            ${variations.map((one) => one.name === name && strip(one, embedded))}
          </ul>`,
    ),
  ]);
}

const strip = ({ value, variants }: Variation, embedded: Embedded): Html =>
  html`<li>
    <div class="strip">
      <figure>
        ${embedded(value)}
        <figcaption>as it is</figcaption>
      </figure>
      ${variants.map(
        (variant, index) =>
          html`<figure>
            ${embedded(variant)}
            <figcaption>variant ${index + 1}</figcaption>
          </figure>`,
      )}
    </div>
  </li>`;
