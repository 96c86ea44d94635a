import { train as trainHere } from '../compare/apart-child.js';
import type { Define } from '../result.js';

/** Not for people: `compare` runs it for each training, in a process of its own. */
export const defineTrainApart: Define = (program) => {
  program
    .command('train-apart', { hidden: true })
    .description('Trains a model, and tells the process that asked for it how far it is.')
    .argument('<job>', 'JSON')
    .action(trainHere);
};
