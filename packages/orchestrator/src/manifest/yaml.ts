import { SensoriumError } from '@sensorium/contracts';
import { didYouMean } from '@sensorium/data';
import {
  Lexer,
  LineCounter,
  parseDocument,
  Parser,
  visit,
  type Alias,
  type Document,
  type Node,
  type YAMLError,
} from 'yaml';
import type { Located } from './located.js';
import { beginOf, colons, locatedTree, maxDepth, syntaxError, tooDeep, tooLong, type Place } from './yaml-tree.js';

/** Of words, marks and spaces. Vocabularies of 100,000 words, which manifests of models have, stay below. */
const maxLexemes = 2 ** 19;

/** The parser's words where they speak of its own interface. */
const messages: Partial<Record<YAMLError['code'], string>> = {
  MULTIPLE_DOCS: 'A manifest is one YAML document; a second one begins here',
};

const brackets = 'Close every { with }, every [ with ] and every quote with the same one, and put commas between.';
const indentation =
  'Indent what belongs to a key by two spaces more than the key, and alike in one map; never with tabs.';

/** What to do. */
const hints: Partial<Record<YAMLError['code'], string>> = {
  BAD_ALIAS: 'An alias such as *eye repeats what was marked with &eye further up.',
  BAD_DQ_ESCAPE: "In double quotes a backslash begins an escape: write two, or use 'single quotes'.",
  BAD_INDENT: `${brackets} ${indentation}`,
  BAD_SCALAR_START: 'Put text that begins with a special character, such as @ or `, in quotes.',
  BLOCK_AS_IMPLICIT_KEY: colons,
  BLOCK_IN_FLOW: brackets,
  MISSING_CHAR: brackets,
  MULTILINE_IMPLICIT_KEY: colons,
  MULTIPLE_DOCS: 'Take the line --- away, or put what follows in a file of its own.',
  TAB_AS_INDENT: indentation,
  TAG_RESOLVE_FAILED: 'Text that begins with ! stands in quotes.',
  UNEXPECTED_TOKEN: brackets,
};

/** Anchors that are named in a hint. */
const mostNamed = 20;

const anyHint = `${indentation} ${colons}`;

/**
 * YAML 1.2, of which JSON is a part, with merge keys (`<<: *base`): what is merged counts where a map does not say otherwise.
 *
 * @param place by default line and column, 1-based
 * @throws SENSORIUM_MANIFEST_SYNTAX
 */
export function parseYaml(text: string, file?: string, place?: Place): Located {
  const lines = new LineCounter();
  const inText: Place = (offset) => {
    const { line, col } = lines.linePos(offset);
    return { ...(file === undefined ? {} : { file }), line, column: col };
  };
  const placeOf = place ?? inText;
  const { contents, targets } = parse(text, lines, placeOf);
  return contents ? locatedTree(contents, targets, placeOf) : { value: null, at: placeOf(0), keyAt: placeOf(0) };
}

interface Parsed {
  readonly contents: Node | null;
  /** What the aliases repeat. */
  readonly targets: ReadonlyMap<Alias, Node>;
}

function parse(text: string, lines: LineCounter, placeOf: Place): Parsed {
  assertShallow(text, lines, placeOf);
  try {
    // The parser would compare every key with every other.
    const document = parseDocument(text, { prettyErrors: false, logLevel: 'error', uniqueKeys: false });
    const [problem] = [...document.errors, ...document.warnings];
    if (problem) {
      const message = `${messages[problem.code] ?? problem.message}.`;
      throw syntaxError(message, placeOf(problem.pos[0]), hints[problem.code] ?? anyHint);
    }
    return { contents: document.contents, targets: targetsIn(document, placeOf) };
  } catch (cause) {
    if (SensoriumError.is(cause)) throw cause;
    throw syntaxError(
      `The YAML cannot be read: ${(cause as Error).message}.`,
      placeOf(0),
      'Write out what its aliases stand for.',
      cause,
    );
  }
}

/** Every alias repeats what was marked before it, the last that was marked so. */
function targetsIn(document: Document, placeOf: Place): ReadonlyMap<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Value: (_, node) => void (node.anchor && anchors.set(node.anchor, node)),
    Alias(_, alias) {
      const target = anchors.get(alias.source);
      if (!target) throw unknownAlias(alias, [...anchors.keys()], placeOf);
      targets.set(alias, target);
    },
  });
  return targets;
}

function unknownAlias({ source, range }: Alias, anchors: readonly string[], placeOf: Place): SensoriumError {
  const known =
    anchors.length > 0
      ? ` There are: ${anchors
          .slice(0, mostNamed)
          .map((name) => `&${name}`)
          .join(', ')}.`
      : '';
  return syntaxError(
    `The alias *${source} repeats nothing: no &${source} stands before it.${didYouMean(source, anchors)}`,
    placeOf(beginOf(range)),
    `${hints.BAD_ALIAS}${known} Text that begins with * stands in quotes.`,
  );
}

/**
 * Tokens are read in a loop, documents by recursion: enough brackets would overflow the stack there, and where that
 * happens to a regular expression, V8 ends the process. On the way, `lines` learns where lines begin.
 */
function assertShallow(text: string, lines: LineCounter, placeOf: Place): void {
  lines.addNewLine(0);
  const parser = new Parser(lines.addNewLine);
  let lexemes = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (++lexemes > maxLexemes) throw tooLong(placeOf(parser.offset));
    Array.from(parser.next(lexeme));
    if (parser.stack.length > maxDepth) throw tooDeep(placeOf(parser.offset));
  }
}
