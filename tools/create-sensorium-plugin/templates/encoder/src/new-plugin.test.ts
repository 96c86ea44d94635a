import { conformsAsEncoder, conformsToReadme } from '@sensorium/testkit';
import { newPlugin } from './index.js';

conformsAsEncoder(newPlugin, { options: [{}, { dim: 7, scale: 10 }], values: [3.5, -1, 0, 2] });
conformsToReadme(newPlugin, new URL('../README.md', import.meta.url), load);

/** This package need not be built for its own example. */
function load(name: string): Promise<object> {
  return import(name === 'NEW_PACKAGE' ? './index.js' : name) as Promise<object>;
}
