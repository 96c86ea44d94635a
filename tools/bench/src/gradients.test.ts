import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gradientErrors } from './gradients.js';
import { blocks } from './models/blocks.js';
import { jaxOnOneThread, peerVersion, startPeer, toInstallPeers, type Peer } from './peers.js';

const installed = peerVersion(jaxOnOneThread) !== undefined;

describe.skipIf(!installed)(`gradients against jax-js${installed ? '' : ` (${toInstallPeers('gradients')})`}`, () => {
  let peer: Peer;
  beforeAll(() => {
    peer = startPeer(jaxOnOneThread);
  });
  afterAll(() => peer.dispose());

  it.each(blocks.map((model) => [model.name, model] as const))('%s', async (_, model) => {
    const errors = await gradientErrors(model, peer, 1);
    expect(Object.keys(errors).length).toBeGreaterThan(2);
    for (const [name, error] of Object.entries(errors)) expect(error, name).toBeLessThanOrEqual(1e-3);
  });
});
