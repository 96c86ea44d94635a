import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';
import { describe } from 'vitest';

export { findAxeProblems } from './axe.js';

/** Where Debian's package `chromium` puts it. */
const executablePath = '/usr/bin/chromium';

/** A suite in a real browser: skipped, and its name says so, where Chromium is not installed. */
export function describeInChromium(suite: () => void): void {
  describe.skipIf(!existsSync(executablePath))(`in ${executablePath} (skipped where it is not installed)`, suite);
}

/**
 * Without a window and without calls to its maker; WebGPU runs on SwiftShader, that is, on the processor. `more` are further
 * arguments of Chromium.
 */
export function launchChromium(more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--enable-unsafe-webgpu',
      '--use-webgpu-adapter=swiftshader',
      ...more,
    ],
  });
}
