/** Two letters or more, so that `C:\` is none. */
const SCHEME = /^[a-z][a-z+.-]+:/i;

export const isUrl = (address: string | URL): boolean => SCHEME.test(String(address));
