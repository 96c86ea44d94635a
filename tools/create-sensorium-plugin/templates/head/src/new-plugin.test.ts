import { conformsAsHead, conformsToReadme } from '@sensorium/testkit';
import { newPlugin } from './index.js';

conformsAsHead(newPlugin, { options: [{}, { digits: 0 }], values: [3.5, -1, 0.25, 2] });
conformsToReadme(newPlugin, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);
