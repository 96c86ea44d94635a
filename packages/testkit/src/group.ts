import { problemsOf, type Check, type Problem } from './problem.js';

/** Checks of one subject, ready to run. */
export interface Group {
  readonly title: string;
  readonly checks: readonly { readonly name: string; readonly run: () => Promise<Problem[]> }[];
}

/** The subject is made when its first check runs. */
export function group<Subject>(
  title: string,
  checks: readonly Check<Subject>[],
  makeSubject: () => Subject | Promise<Subject>,
): Group {
  let subject: Promise<Subject> | undefined;
  const find = async (check: Check<Subject>): Promise<readonly string[]> =>
    check.find(await (subject ??= Promise.resolve().then(makeSubject)));
  return {
    title,
    checks: checks.map((check) => ({
      name: check.name,
      run: () => problemsOf({ name: check.name, find: () => find(check) }, undefined),
    })),
  };
}

/** Checks of something that is made from another subject. */
export function checksOf<Outer, Inner>(
  checks: readonly Check<Inner>[],
  derive: (outer: Outer) => Inner,
): Check<Outer>[] {
  return checks.map(({ name, find }) => ({ name, find: (outer) => find(derive(outer)) }));
}

export async function runGroups(groups: readonly Group[]): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const { checks } of groups) for (const { run } of checks) problems.push(...(await run()));
  return problems;
}
