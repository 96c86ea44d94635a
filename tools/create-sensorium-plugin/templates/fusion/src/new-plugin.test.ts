import { conformsAsFusion, conformsToReadme } from '@sensorium/testkit';
import { newPlugin } from './index.js';

conformsAsFusion(newPlugin, { options: [{}, { dim: 7 }] });
conformsToReadme(newPlugin, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);
