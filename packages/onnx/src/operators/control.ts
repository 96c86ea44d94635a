import { badModel, describeNode, subgraphsOf } from '@sensorium/graph/protobuf';
import { describeType } from '../read/describe.js';
import { operators, type OutputRule, type Rewrite } from './record.js';

/** What the branches of an If declare, as far as they agree. */
const branchesShape: OutputRule = ({ node }, unknown, index) => {
  const declared = subgraphsOf(node).map(({ output }) => {
    const type = output[index]?.type?.value;
    return describeType('', type?.case === 'tensorType' ? type.value : undefined);
  });
  const [first, second] = declared;
  const ranks = new Set(declared.map(({ shape }) => shape?.length));
  return {
    dtype: first?.dtype === second?.dtype ? first?.dtype : undefined,
    shape:
      ranks.size === 1
        ? first?.shape?.map((size, axis) =>
            typeof size === 'number' && size === second?.shape?.[axis] ? size : unknown(axis),
          )
        : undefined,
  };
};

/** Its samples lay along a first axis of everything, and each could be of another length. */
const ofSamples: Rewrite = (node) => {
  throw badModel(
    `${describeNode(node)} is a Scan of operator set 8, which no later one can say`,
    'Save the model again with operator set 9 or a later one.',
  );
};

export const control = operators({ If: { inferEvery: branchesShape }, Loop: {}, Scan: { older: [9, ofSamples] } });
