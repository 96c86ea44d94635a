export { openExplainable, type Explainable } from './explainable.js';
export {
  Explainer,
  type ExplainedValue,
  type ExplainOptions,
  type Explanation,
  type ShapleyValues,
} from './explain.js';
export { ShapleyRuns, type Shapley, type ShapleyOptions } from './shapley.js';
