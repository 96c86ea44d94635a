import type { PackagesAtHand } from '@sensorium/orchestrator';

/** The one that this package and all that it depends on have. */
const VERSION = '0.1.0';

const standard = (load: PackagesAtHand[string]['load']): PackagesAtHand[string] => ({ version: VERSION, load });

/** The packages of the standard plugins, each imported when a manifest names it: bundlers make a file of each. */
export const standardPackages: PackagesAtHand = {
  '@sensorium/encoder-audio': standard(() => import('@sensorium/encoder-audio')),
  '@sensorium/encoder-depth': standard(() => import('@sensorium/encoder-depth')),
  '@sensorium/encoder-image': standard(() => import('@sensorium/encoder-image')),
  '@sensorium/encoder-motion': standard(() => import('@sensorium/encoder-motion')),
  '@sensorium/encoder-onnx': standard(() => import('@sensorium/encoder-onnx')),
  '@sensorium/encoder-series': standard(() => import('@sensorium/encoder-series')),
  '@sensorium/encoder-table': standard(() => import('@sensorium/encoder-table')),
  '@sensorium/encoder-text': standard(() => import('@sensorium/encoder-text')),
  '@sensorium/encoder-thermal': standard(() => import('@sensorium/encoder-thermal')),
  '@sensorium/encoder-transformers': standard(() => import('@sensorium/encoder-transformers')),
  '@sensorium/encoder-video': standard(() => import('@sensorium/encoder-video')),
  '@sensorium/fusion-attention': standard(() => import('@sensorium/fusion-attention')),
  '@sensorium/fusion-bilinear': standard(() => import('@sensorium/fusion-bilinear')),
  '@sensorium/fusion-bottleneck': standard(() => import('@sensorium/fusion-bottleneck')),
  '@sensorium/fusion-concat': standard(() => import('@sensorium/fusion-concat')),
  '@sensorium/fusion-cross-attention': standard(() => import('@sensorium/fusion-cross-attention')),
  '@sensorium/fusion-film': standard(() => import('@sensorium/fusion-film')),
  '@sensorium/fusion-gated': standard(() => import('@sensorium/fusion-gated')),
  '@sensorium/fusion-late': standard(() => import('@sensorium/fusion-late')),
  '@sensorium/fusion-low-rank': standard(() => import('@sensorium/fusion-low-rank')),
  '@sensorium/fusion-moe': standard(() => import('@sensorium/fusion-moe')),
  '@sensorium/fusion-multiplicative': standard(() => import('@sensorium/fusion-multiplicative')),
  '@sensorium/fusion-mutual-film': standard(() => import('@sensorium/fusion-mutual-film')),
  '@sensorium/fusion-nl-gate': standard(() => import('@sensorium/fusion-nl-gate')),
  '@sensorium/fusion-perceiver': standard(() => import('@sensorium/fusion-perceiver')),
  '@sensorium/fusion-sum': standard(() => import('@sensorium/fusion-sum')),
  '@sensorium/fusion-tensor': standard(() => import('@sensorium/fusion-tensor')),
  '@sensorium/fusion-weighted': standard(() => import('@sensorium/fusion-weighted')),
  '@sensorium/head-caption': standard(() => import('@sensorium/head-caption')),
  '@sensorium/head-classification': standard(() => import('@sensorium/head-classification')),
  '@sensorium/head-data2vec': standard(() => import('@sensorium/head-data2vec')),
  '@sensorium/head-embedding': standard(() => import('@sensorium/head-embedding')),
  '@sensorium/head-regression': standard(() => import('@sensorium/head-regression')),
};

interface Packages {
  readonly packages?: PackagesAtHand;
}

/** Those that are given come before the standard ones. */
export const withStandard = <Options extends Packages>(options: Options): Options => ({
  ...options,
  packages: { ...standardPackages, ...options.packages },
});
