import { operators } from './record.js';

export const sequences = operators({
  ConcatFromSequence: {},
  Optional: {},
  OptionalGetElement: {},
  OptionalHasElement: {},
  SequenceAt: {},
  SequenceConstruct: {},
  SequenceEmpty: {},
  SequenceErase: {},
  SequenceInsert: {},
  SequenceLength: {},
  SequenceMap: {},
  SplitToSequence: {},
});
