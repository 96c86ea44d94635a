import { javascriptPeers } from './javascript-peers.js';
import { notInstalled, type PeerKind } from './peer.js';
import { pytorch } from './pytorch.js';

export { installPeers } from './javascript-peers.js';

/** Engines to compare with. */
export const peerKinds: readonly PeerKind[] = [pytorch, ...javascriptPeers];

/** What is to be said of those that are missing. */
export const missingPeers = (): string[] => [
  ...new Set(peerKinds.filter((kind) => kind.version() === undefined).map(notInstalled)),
];
