import { operators } from './record.js';

export const sequences = operators({
  ConcatFromSequence: {},
  Optional: {},
  OptionalGetElement: { since: { operator: 18 } },
  OptionalHasElement: { since: { operator: 18 } },
  SequenceAt: {},
  SequenceConstruct: {},
  SequenceEmpty: {},
  SequenceErase: {},
  SequenceInsert: {},
  SequenceLength: {},
  SequenceMap: {},
  SplitToSequence: {},
});
