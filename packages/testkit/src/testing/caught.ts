import { expect, it } from 'vitest';
import { runGroups, type Group } from '../group.js';

/** A plugin that breaks a rule, and what the suite says of it: `rule: the beginning of the problem`. */
export type Broken<P> = Readonly<Record<string, readonly [plugin: P, ...expected: string[]]>>;

const isAbout = (line: string, rule: string): boolean => line.startsWith(`${rule}: `);

/**
 * Declares a test for each broken plugin, and one for each of these rules: that a plugin breaks it.
 *
 * @param groupsOf all checks of a plugin, of which those that are expected to find something are run
 */
export function expectCaught<P>(
  broken: Broken<P>,
  groupsOf: (plugin: P) => readonly Group[],
  rules: readonly { readonly name: string }[],
): void {
  it.each(Object.entries(broken))('with %s is caught', async (_, [plugin, ...expected]) => {
    const groups = groupsOf(plugin).map(({ title, checks }) => ({
      title,
      checks: checks.filter(({ name }) => expected.some((line) => isAbout(line, name))),
    }));
    const lines = (await runGroups(groups)).map(({ check, message }) => `${check}: ${message}`);
    for (const line of expected) expect(lines).toContainEqual(expect.stringContaining(line));
  });

  it.each(rules.map(({ name }) => name))('that breaks the rule "%s" is among them', (rule) => {
    const lines = Object.values(broken).flatMap(([, ...expected]) => expected);
    expect(lines.some((line) => isAbout(line, rule))).toBe(true);
  });
}
