import type { Metrics } from '../metrics.js';
import { describeFirstLook } from '../plan/first-look.js';
import { formatCount } from './format.js';
import { html, type Html } from './html.js';
import { section } from './section.js';

/** What the training is called, and what one has to know before one reads on. */
export const renderHeader = ({ name, heldOut, limit, firstLook }: Metrics): Html =>
  html`<header>
    <p class="kind">Training report</p>
    <h1><bdi>${name}</bdi></h1>
    ${firstLook && html`<p>${capital(describeFirstLook(firstLook))}.</p>`}
    ${
      limit &&
      html`<p>
        training.minutes, ${formatCount(limit.minutes)}, ended it after ${formatCount(limit.steps)} of
        ${formatCount(limit.of)} steps.
      </p>`
    }
    <p>Validation: ${heldOut}.</p>
  </header>`;

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What may well be wrong, with what to do. */
export function renderWarnings({ warnings }: Pick<Metrics, 'warnings'>): Html | undefined {
  if (warnings.length === 0) return undefined;
  return section(
    'warnings',
    warnings.length === 1 ? 'A warning' : `${warnings.length} warnings`,
    html`<ul>
      ${warnings.map(
        ({ key, message, hint }) =>
          html`<li>
            ${key === undefined ? capital(message) : html`<code>${key}</code>: ${message}`}
            <small>${hint}</small>
          </li>`,
      )}
    </ul>`,
  );
}
