import { parse, stringify, YAMLError } from 'yaml';
import { changeJson } from './json.js';
import type { Mutation } from './mutation.js';

/** Changes of what is YAML, or JSON, as a whole. Errors are not made pretty, which takes hours where there are thousands. */
export const yamlMutation: Mutation = {
  name: 'a value changed',
  apply(bytes, { random }) {
    try {
      const changed = changeJson(
        parse(Buffer.from(bytes).toString(), { logLevel: 'error', prettyErrors: false }),
        random,
      );
      const write = random.uniform() < 0.5 ? stringify : JSON.stringify;
      return new TextEncoder().encode(write(changed));
    } catch (error) {
      // What was changed before need not be readable any more.
      if (error instanceof YAMLError || error instanceof RangeError || error instanceof ReferenceError)
        return undefined;
      throw error;
    }
  },
};
