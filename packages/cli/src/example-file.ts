/** What all programs of exported models share, in a folder of this package. This module lies as deep in `src` as in `dist`. */
export const exampleFile = (name: string): URL => new URL(`../example/${name}`, import.meta.url);
