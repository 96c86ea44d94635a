import { conformsAsFusion } from '@sensorium/testkit';
import { concat } from './index.js';

conformsAsFusion(concat, { options: [{}, { dim: 7, hidden: 5 }, { dropout: 0.5 }] });
