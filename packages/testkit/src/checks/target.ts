import { required, SensoriumError, type Column } from '@sensorium/contracts';
import { headOf, type HeadSubject } from '../subjects/head.js';
import { describeError, type Check } from '../problem.js';
import { columnChecks, type ColumnSubject } from './column.js';

/** What heads owe to the column that they learn from, where they have one. */
export const targetChecks: readonly Check<HeadSubject>[] = [
  ...columnChecks.map(({ name, find }) => ({
    name: `${name}: the target`,
    find: (subject: HeadSubject) => (headOf(subject).target ? find(targetColumn(subject)) : []),
  })),
  { name: 'refuses values that its target cannot mean', find: findAcceptedNonsense },
];

const targetOf = (subject: HeadSubject): Column => required(headOf(subject).target, 'the target');

const targetColumn = (subject: HeadSubject): ColumnSubject => ({
  create: () => targetOf(subject),
  createWithoutFiles: () => targetOf({ ...subject, files: new Map() }),
  values: subject.values,
});

const REFUSALS: readonly string[] = ['SENSORIUM_UNSEEN_LABEL', 'SENSORIUM_BAD_MEDIA'];

function findAcceptedNonsense(subject: HeadSubject): string[] {
  const { target } = headOf(subject);
  if (!target) return [];
  return subject.bad().flatMap((value) => {
    try {
      target.prepare(value);
    } catch (error) {
      const isRefusal = SensoriumError.is(error) && REFUSALS.includes(error.code);
      return isRefusal ? [] : [`expected ${REFUSALS.join(' or ')}, got ${describeError(error)}`];
    }
    return [`prepare took ${JSON.stringify(value)}`];
  });
}
