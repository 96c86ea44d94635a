import { memoryStore, opfsStore } from '@sensorium/data';
import { platform } from '@sensorium/orchestrator';
import { chosenOrigin } from './data/chosen-origin.js';
import type { Host } from './host.js';

/** A page has no files but those that are given. */
export const pageHost: Host = {
  platform,
  from: [],
  cache: memoryStore,
  peakMemory: () => null,
  folder: opfsStore,
  origin: () => chosenOrigin(new Map(), platform),
};
