import { conformsAsHead, conformsToReadme } from '@sensorium/testkit';
import { newPlugin } from './index.js';

conformsAsHead(newPlugin, { options: [{}, { digits: 0 }], values: [3.5, -1, 0.25, 2] });
conformsToReadme(newPlugin, new URL('../README.md', import.meta.url), load);

/** This package need not be built for its own example. */
function load(name: string): Promise<object> {
  return import(name === 'NEW_PACKAGE' ? './index.js' : name) as Promise<object>;
}
