import { subgraphsOf, typeOf } from '@sensorium/graph/protobuf';
import { describeType } from '../../read/read.js';
import type { Call } from '../call.js';
import { microsoftOutputs, microsoftRules } from './microsoft.js';
import { ofEveryOutput } from './outputs.js';
import type { PartlyInferred, Unknown } from './rule.js';
import { ofFirstOutput } from './standard.js';

/** What the inputs of a node that is kept as it is tell about its output number `index`. */
export function inferOpaque(call: Call, index: number, unknown: Unknown): PartlyInferred {
  const type = typeOf(call.node);
  const every = ofEveryOutput[type] ?? microsoftOutputs[type];
  if (every) return every(call, unknown, index);
  const first = ofFirstOutput[type] ?? microsoftRules[type];
  return first && index === 0 ? first(call, unknown) : ofBranches(call, index, unknown);
}

/** What the branches of an If declare, as far as they agree. */
function ofBranches({ node }: Call, index: number, unknown: Unknown): PartlyInferred {
  if (node.opType !== 'If' || node.domain !== '') return {};
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
}
