import { conformsAsFusion, conformsToReadme } from '@sensorium/testkit';
import { newPlugin } from './index.js';

conformsAsFusion(newPlugin, { options: [{}, { dim: 7 }] });
conformsToReadme(newPlugin, new URL('../README.md', import.meta.url), load);

/** This package need not be built for its own example. */
function load(name: string): Promise<object> {
  return import(name === 'NEW_PACKAGE' ? './index.js' : name) as Promise<object>;
}
