import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gradientErrors } from './gradients.js';
import { blocks } from './models/blocks.js';
import { jaxOnOneThread } from './javascript-peers.js';
import { notInstalled, type Peer } from './peer.js';

const installed = jaxOnOneThread.version() !== undefined;

describe.skipIf(!installed)(`gradients against jax-js${installed ? '' : ` (${notInstalled(jaxOnOneThread)})`}`, () => {
  let peer: Peer;
  beforeAll(() => {
    peer = jaxOnOneThread.start();
  });
  afterAll(() => peer.dispose());

  it.each(blocks.map((model) => [model.name, model] as const))('%s', async (_, model) => {
    const errors = await gradientErrors(model, peer, 1);
    expect(Object.keys(errors).length).toBeGreaterThan(2);
    for (const [name, error] of Object.entries(errors)) expect(error, name).toBeLessThanOrEqual(1e-3);
  });
});
