// What strangers do outside of this workspace, with the packages as npm will publish them, from a registry of our own: somebody
// new follows the README, behind a firewall and not; somebody has a page; somebody writes plugins. Run after `npm run build`.
// Arguments choose among these: firewall, readme, page, plugins.
import { mkdtempSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { step } from './commands.mjs';
import { behindFirewall, followReadme } from './newcomer.mjs';
import { packAll, serveRegistry } from './packages.mjs';
import { pageProject } from './page-project.mjs';
import { strangersPlugins } from './strangers.mjs';

const folder = mkdtempSync(join(tmpdir(), 'sensorium-outside-'));
const make = (name) => {
  mkdirSync(join(folder, name));
  return join(folder, name);
};

const packed = await step('all packages are packed', () => packAll(make('packed')));
const registry = await serveRegistry(packed);
const env = {
  npm_config_registry: registry.address,
  npm_config_audit: 'false',
  npm_config_fund: 'false',
  SENSORIUM_CACHE: join(folder, 'cache'),
};
const parts = {
  firewall: () => behindFirewall(make('firewall'), env),
  readme: () => followReadme(make('readme'), env),
  page: () => pageProject(make('page'), env),
  plugins: () => strangersPlugins(make('plugins'), packed, env),
};
const chosen = process.argv.slice(2);
try {
  for (const [name, part] of Object.entries(parts)) {
    if (chosen.length === 0 || chosen.includes(name)) await step(name, part);
  }
  console.log('outside: all passed');
} finally {
  registry.close();
  rmSync(folder, { recursive: true, force: true });
}
