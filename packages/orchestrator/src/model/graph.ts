import {
  required,
  SensoriumError,
  type EncodeOptions,
  type Features,
  type Head,
  type Model,
  type Momentum,
  type Scope,
  type SymbolicTensor,
  type Symbols,
} from '@sensorium/contracts';
import { didYouMean } from '@sensorium/data';
import { add } from '@sensorium/graph';
import { pathOf } from '../manifest/parts.js';
import { own } from '../own.js';
import { allPresent, cannotHide, contentOf, encode, whereThere } from './encode.js';
import type { InputPart, Parts } from './parts.js';
import { fedSpecs, mayBeMissing, presentName, tensorName } from './tensors.js';

/** The graph of a model, of which only what is asked for is built, and that once. */
export interface ModelGraph {
  /** Of an input or a fusion. */
  features(name: string): Features;
  /** The outputs of a head that answers. */
  answer(head: string): Symbols;
  /** What a head makes small, without its weight. */
  loss(head: string, target: Symbols): SymbolicTensor;
  /**
   * What a head would make small if it read one input in place of the fusions that read it, the losses that it has of its own
   * included; its parameters are others, below `alone/<head>/<input>`. Of a sample that lacks the input nothing reaches the encoder.
   */
  lossAlone(head: string, input: string, target: Symbols): SymbolicTensor;
  /** The outputs of one of a head's further graphs. */
  graph(head: string, graph: string): Symbols;
}

/**
 * A model over `x`, which holds [B,…] for the tensors of `modelInputs` that are read. Its parameters are declared in `scope`: those
 * of a part at the part's path. Answers and losses may stand in one scope, and share their parameters.
 */
export function openGraph(parts: Parts, scope: Scope, x: Symbols): ModelGraph {
  const builder = new Builder(parts, scope, x);
  return {
    features: (name) => builder.features(name),
    answer: (head) =>
      builder.atHead(head, (own, model) => required(headOf(parts, head).answer?.(own, model), `the answer of ${head}`)),
    loss: (head, target) =>
      builder.atHead(head, (own, model) =>
        required(headOf(parts, head).loss?.(own, model, target), `the loss of ${head}`),
      ),
    lossAlone: (head, input, target) =>
      builder.alone(head, input, (own, model) =>
        required(headOf(parts, head).loss?.(own, model, target), `the loss of ${head}`),
      ),
    graph: (head, graph) =>
      builder.atHead(head, required(headOf(parts, head).graphs?.[graph], `the graph ${head}.${graph}`)),
  };
}

const headOf = (parts: Parts, name: string): Head => required(own(parts.heads, name), `the head "${name}"`).head;

class Builder {
  private readonly known = new Map<string, Features>();
  /** Paths at which parameters were declared: a second part there shares them. */
  private readonly used = new Set<string>();

  constructor(
    private readonly parts: Parts,
    private readonly scope: Scope,
    private readonly x: Symbols,
  ) {}

  features(name: string): Features {
    const known = this.known.get(name);
    if (known) return known;
    const features = Object.hasOwn(this.parts.inputs, name) ? this.encode(name, {}) : this.fuseOwn(name);
    this.known.set(name, features);
    return features;
  }

  atHead<T>(name: string, build: (scope: Scope, model: Model) => T): T {
    const model = this.modelFor(name);
    return this.buildAt(['heads', name], (own) => build(own, model));
  }

  alone(head: string, input: string, build: (scope: Scope, model: Model) => SymbolicTensor): SymbolicTensor {
    const model = this.modelOfOne(head, input);
    const losses: SymbolicTensor[] = [];
    const loss = this.buildAt(['alone', head, input], (own) => build(gathering(own, losses), model));
    return losses.reduce((a, b) => add(a, b), loss);
  }

  /** The model as one head sees it, where a single input stands in the places of the fusions that read it. */
  private modelOfOne(head: string, input: string): Model {
    const model = this.modelFor(head);
    const { of } = required(this.parts.heads[head], `the head "${head}"`).settings;
    const reads = (name: string): boolean => this.inputsBehind([name]).includes(input);
    const alone = whereThere(this.inputAt(input), this.features(input));
    return {
      ...model,
      features: lazily(of, (name) => (reads(name) ? alone : this.features(name))),
      inputs: [input],
      fuse: (name, given) =>
        required(Object.entries(given).find(([part]) => reads(part))?.[1], `what "${name}" is given of "${input}"`),
    };
  }

  /** The model as one head sees it. */
  private modelFor(head: string): Model {
    const { of } = required(this.parts.heads[head], `the head "${head}"`).settings;
    const inputs = this.inputsBehind(of);
    const known = (name: string, names: readonly string[], what: string): string => {
      if (names.includes(name)) return name;
      throw notBehind(name, head, names, what);
    };
    const fusions = this.fusionsBehind(of);
    return {
      features: lazily(of, (name) => this.features(name)),
      inputs,
      input: (name) => {
        known(name, inputs, 'input');
        const own = this.fedTo(name);
        return { x: own, present: this.presentOf(name, own), content: contentOf(this.inputAt(name), own) };
      },
      encode: (name, options = {}) => this.encode(known(name, inputs, 'input'), options, head),
      fuse: (name, given, { teacher } = {}) => this.fuse(known(name, fusions, 'fusion'), given, teacher),
    };
  }

  private inputsBehind(of: readonly string[]): string[] {
    const names = of.flatMap((name) => {
      const fusion = own(this.parts.fusions, name);
      return fusion ? this.inputsBehind(fusion.settings.of) : [name];
    });
    return [...new Set(names)];
  }

  private fusionsBehind(of: readonly string[]): string[] {
    return of.flatMap((name) => {
      const fusion = own(this.parts.fusions, name);
      return fusion ? [name, ...this.fusionsBehind(fusion.settings.of)] : [];
    });
  }

  private encode(name: string, { x, hidden, teacher }: EncodeOptions, head = ''): Features {
    const part = this.inputAt(name);
    const own = x ?? this.fedTo(name);
    const path = ['inputs', part.settings.tied ?? name];
    const missingPath = ['inputs', name, 'missing'];
    if (teacher !== undefined) this.declare(name, path, missingPath);
    if (hidden && !part.encoder.hides) throw cannotHide(name, part, head);
    return this.buildAt(
      path,
      (encoder) => {
        const missing = this.scopeAt(missingPath, teacher);
        return encode(part, { encoder, missing }, { x: own, present: this.presentOf(name, own), hidden });
      },
      teacher,
    );
  }

  private fuseOwn(name: string): Features {
    const { settings } = required(own(this.parts.fusions, name), `an input or fusion "${name}"`);
    return this.fuse(name, Object.fromEntries(settings.of.map((of) => [of, this.features(of)])));
  }

  private fuse(name: string, given: Readonly<Record<string, Features>>, teacher?: Momentum): Features {
    const { fusion } = required(own(this.parts.fusions, name), `the fusion "${name}"`);
    const path = pathOf('fusions', name);
    if (teacher !== undefined) this.declare(name, path);
    return this.buildAt(path, (own) => fusion.build(own, given), teacher);
  }

  /** What is followed has to be there. */
  private declare(name: string, ...paths: (readonly string[])[]): void {
    if (paths.some((path) => !this.used.has(path.join('/')))) this.features(name);
  }

  private inputAt(name: string): InputPart {
    return required(own(this.parts.inputs, name), `the input "${name}"`);
  }

  /** The values of an input, by the names that its encoder has for them. */
  private fedTo(name: string): Symbols {
    const part = this.inputAt(name);
    const tensors = Object.keys(fedSpecs(part.column)).map((tensor) => {
      const fed = tensorName(name, tensor, part);
      return [tensor, required(this.x[fed], `the tensor "${fed}" of the model`)] as const;
    });
    return Object.fromEntries(tensors);
  }

  private presentOf(name: string, own: Symbols): SymbolicTensor {
    const part = this.inputAt(name);
    if (mayBeMissing(part)) return required(this.x[presentName(name)], presentName(name));
    return allPresent(required(Object.values(own)[0], `a tensor of the input "${name}"`));
  }

  private scopeAt(path: readonly string[], teacher?: Momentum): Scope {
    const own = this.scope.at(...path);
    if (teacher !== undefined) return own.follower(teacher);
    const isNew = !this.used.has(own.path);
    this.used.add(own.path);
    return isNew ? own : own.shared();
  }

  /** Errors say which part they come from: `inputs.question`. */
  private buildAt<T>(path: readonly string[], build: (scope: Scope) => T, teacher?: Momentum): T {
    try {
      return build(this.scopeAt(path, teacher));
    } catch (error) {
      throw SensoriumError.at(error, { key: path.join('.') });
    }
  }
}

/** The same scope, whose losses are gathered and not told. */
const gathering = (scope: Scope, losses: SymbolicTensor[]): Scope => ({
  ...scope,
  at: (...names) => gathering(scope.at(...names), losses),
  shared: () => gathering(scope.shared(), losses),
  follower: (momentum) => gathering(scope.follower(momentum), losses),
  loss: (_, value) => void losses.push(value),
});

/** A record whose values are made when they are read. */
function lazily<T>(names: readonly string[], make: (name: string) => T): Readonly<Record<string, T>> {
  const record: Record<string, T> = {};
  for (const name of names) Object.defineProperty(record, name, { enumerable: true, get: () => make(name) });
  return record;
}

const notBehind = (name: string, head: string, known: readonly string[], what: string): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_MANIFEST_INVALID',
    message: `heads.${head} asks for the ${what} "${name}", which is not part of what it reads.${didYouMean(name, known)}`,
    hint: known.length > 0 ? `Part of it: ${known.join(', ')}.` : `There is no ${what} in it.`,
  });
