import { conformsAsFusion } from '@sensorium/testkit';
import { attention } from './index.js';

conformsAsFusion(attention, { options: [{}, { dim: 6, heads: 3, layers: 1, expansion: 1.5, dropout: 0.5 }] });
