import { conformsAsEncoder, conformsToReadme } from '@sensorium/testkit';
import { newPlugin } from './index.js';

conformsAsEncoder(newPlugin, { options: [{}, { dim: 7, scale: 10 }], values: [3.5, -1, 0, 2] });
conformsToReadme(newPlugin, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);
