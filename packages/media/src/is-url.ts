/** `frame:001.png` and `C:\photo.png` are paths. */
const URLS = /^([a-z][a-z0-9+.-]+:\/\/|file:\/|data:[^,]*,|blob:)/i;

/** Whether an address is a URL, of whatever kind, and no path. */
export const isUrl = (address: string | URL): boolean => URLS.test(String(address));
