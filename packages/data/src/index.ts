export * from './browser.js';
export { openAtomic, writeFileAtomic } from './store/atomic-file.js';
export { cacheDirectory } from './store/cache-directory.js';
export { folderStore } from './store/folder-store.js';
export { hashFile } from './store/hash-file.js';
export { ioError } from './store/io-error.js';
export { makeDirectory } from './store/make-directory.js';
export { openTable } from './table/open-table.js';
