import { basename, dirname, extname, resolve } from 'node:path';

/** Names that say nothing of what is in a table: the folder's says more. */
const PARTS = /^(train(ing)?|data|table|index|labels)$/i;
const ARCHIVES = /\.(csv|tsv|jsonl|ndjson|parquet|zip|tar)$/i;

/** What a manifest of a table is called: `houses` of `houses.csv`, and of `houses/train.csv`. */
export function manifestName(source: string): string {
  // Of an address, what stands before a query; of a pattern and a table in an archive, where they lie.
  const path = source
    .replace(/[?#].*$/, '')
    .replace(/\/[^/]*[*?{[].*$/, '')
    .replace(/!.*$/, '');
  const whole = /^https?:/i.test(path) ? path : resolve(path);
  const name = basename(whole).replace(ARCHIVES, '');
  return nameOf(PARTS.test(name) ? basename(dirname(whole)) : name, 'model');
}

/** As a manifest takes it: `Sale price (€)` → `sale-price` */
function nameOf(text: string, otherwise: string): string {
  const name = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '');
  return name === '' ? otherwise : name;
}

/** Names that are given once. */
export class Names {
  private readonly taken = new Set<string>();

  take(text: string, otherwise: string): string {
    const name = nameOf(text, otherwise);
    let own = name;
    for (let count = 2; this.taken.has(own); count++) own = `${name}-${count}`;
    this.taken.add(own);
    return own;
  }
}

/** Tables that belong to one for training, by what they are for. */
const siblings = { validation: ['validation', 'valid', 'val', 'dev'], test: ['test'] } as const;

/** Paths that may have the other parts of a data set: `houses/test.csv` of `houses/train.csv`. */
export function siblingsOf(source: string): { readonly use: keyof typeof siblings; readonly path: string }[] {
  const ending = extname(source);
  const stem = basename(source, ending);
  if (!/^train(ing)?$/i.test(stem)) return [];
  return (Object.keys(siblings) as (keyof typeof siblings)[]).flatMap((use) =>
    siblings[use].map((name) => ({
      use,
      path: `${source.slice(0, source.length - stem.length - ending.length)}${name}${ending}`,
    })),
  );
}
