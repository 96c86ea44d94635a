export { newPlugin, type NewPlugin } from './new-plugin.js';
