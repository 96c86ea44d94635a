import type { Sight } from '../metrics.js';
import { html, type Html } from './html.js';
import type { Embedded } from './sight.js';

/** A gallery whose values were made visible. */
export interface ShownGallery {
  readonly kind: 'gallery';
  readonly title: string;
  readonly meaning?: string;
  readonly items: readonly { readonly title: string; readonly sight: Sight }[];
}

export const renderGallery = ({ items }: ShownGallery, embedded: Embedded): Html =>
  html`<ul class="cards gallery">
    ${items.map(
      ({ title, sight }) =>
        html`<li>
          <figure>
            ${embedded(sight)}
            <figcaption>${title}</figcaption>
          </figure>
        </li>`,
    )}
  </ul>`;
