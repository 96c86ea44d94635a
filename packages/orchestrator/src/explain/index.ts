export { type AttentionShares } from './attention.js';
export { openExplainable, type Explainable } from './explainable.js';
export {
  Explainer,
  type AttentionExplanation,
  type ExplainedValue,
  type ExplainOptions,
  type Explanation,
  type ExplanationMethod,
  type GradientExplanation,
  type InputOverlays,
  type ShapleyValues,
} from './explain.js';
export { type InputGradients } from './gradients.js';
export { ShapleyRuns, type Shapley, type ShapleyOptions } from './shapley.js';
