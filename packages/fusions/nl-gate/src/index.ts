export { nlGate } from './nl-gate.js';
