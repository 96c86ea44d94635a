export { newPlugin, type NewPluginPrediction } from './new-plugin.js';
