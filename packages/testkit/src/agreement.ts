// What runs without a test runner: whether a backend computes what it should.
export { isOperatorBackend, operatorTrials, type NamedTrial } from './operator-trials.js';
export { disagreements, referenceModels, type ReferenceModel } from './reference-models.js';
