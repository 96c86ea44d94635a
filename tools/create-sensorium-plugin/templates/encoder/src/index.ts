export { newPlugin } from './new-plugin.js';
