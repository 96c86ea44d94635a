import { readFile } from 'node:fs/promises';
import { createPluginResolver } from '@sensorium/orchestrator';
import type { PluginKind } from '@sensorium/contracts';
import { describe, expect, it } from 'vitest';
import { standardPackages } from './standard.js';

const manifest = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
};
const isPart = (name: string): boolean => /^@sensorium\/(encoder|fusion|head)-/.test(name);

describe('the standard packages', () => {
  it('are those that this one depends on, in its own version', () => {
    const dependencies = Object.entries(manifest.dependencies).filter(([name]) => isPart(name));
    const listed = Object.entries(standardPackages).map(([name, { version }]) => [name, version]);
    expect(listed).toEqual(dependencies);
    for (const [, version] of listed) expect(version).toBe(manifest.version);
  });

  it.each(Object.keys(standardPackages))('have a plugin by the name of the package: %s', async (name) => {
    const [, kind = '', short = ''] = /^@sensorium\/(\w+)-([\w-]+)$/.exec(name) ?? [];
    const resolver = createPluginResolver({ packages: standardPackages });
    const { plugin } = await resolver.resolve(kind as PluginKind, short);
    expect([plugin.kind, plugin.name]).toEqual([kind, short]);
  });
});
