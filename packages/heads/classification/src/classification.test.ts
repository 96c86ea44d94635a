import { conformsAsHead } from '@sensorium/testkit';
import { classification } from './index.js';

conformsAsHead(classification, {
  options: [{}, { labels: ['a', 'b', 'c', 'd'], labelSmoothing: 0.1 }, { classWeights: 'balanced', dropout: 0.2 }],
  values: ['c', 'a', 'b', 'a', 'c', 'a'],
});
