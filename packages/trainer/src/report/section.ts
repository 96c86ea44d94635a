import { html, type Content, type Html } from './html.js';

/** A titled part of the page. `id` is one of ours, never of the data. */
export function section(id: string, title: string, content: Content): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${content}
  </section>`;
}
