// Takes and releases the lock of a folder when it is told to: `node lock-program.mjs FOLDER`, with a channel to its parent.
import { folderStore, type Lock } from '../index.js';

const [folder = ''] = process.argv.slice(2);
let lock: Lock | undefined;

process.on('message', (order: 'take' | 'release') => {
  if (order === 'release') {
    lock?.release();
    lock = undefined;
    process.send?.('released');
    return;
  }
  folderStore(folder)
    .lock()
    .then(
      (taken) => {
        lock = taken;
        process.send?.('taken');
      },
      (error: unknown) => process.send?.((error as { readonly code?: string }).code ?? String(error)),
    );
});
process.send?.('ready');
