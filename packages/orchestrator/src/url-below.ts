/**
 * A file of a folder on a web server; on a page, `folder` may be relative to it. A query stays: `/model?version=3`.
 */
export function urlBelow(folder: string | URL, file: string): URL {
  const url = new URL(String(folder), globalThis.document?.baseURI ?? globalThis.location?.href);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/${file}`;
  return url;
}
