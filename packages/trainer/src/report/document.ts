import { html, trusted, type Content } from './html.js';
import { styles } from './styles.js';

/** Nothing but what is in the file: no script runs, nothing is fetched, whatever a label or a cell says. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src data:";

/** A page as one HTML file that needs nothing outside itself. */
export function renderDocument(title: string, content: Content): string {
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <style>
          ${trusted(styles)}
        </style>
      </head>
      <body>
        <main>${content}</main>
      </body>
    </html> `;
  return document.markup;
}
