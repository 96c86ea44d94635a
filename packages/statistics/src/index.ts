export { estimates, type Estimates, type Tally } from './estimates.js';
export { share } from './share.js';
