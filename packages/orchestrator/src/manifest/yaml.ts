import { required, SensoriumError, type ErrorLocation } from '@sensorium/contracts';
import { didYouMean } from '@sensorium/data';
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  parseDocument,
  Parser,
  visit,
  type Document,
  type Node,
  type YAMLError,
} from 'yaml';
import type { Located } from './located.js';

/** From an offset in the text to its place. */
type Place = (offset: number) => ErrorLocation;

/** Far deeper than any manifest. Stops aliases that contain themselves. */
const maxDepth = 64;

/** The parser's words where they speak of its own interface. */
const messages: Partial<Record<YAMLError['code'], string>> = {
  DUPLICATE_KEY: 'A key is written twice in one map',
  MULTIPLE_DOCS: 'A manifest is one YAML document; a second one begins here',
};

const brackets = 'Close every { with }, every [ with ] and every quote with the same one, and put commas between.';
const indentation =
  'Indent what belongs to a key by two spaces more than the key, and alike in one map; never with tabs.';
const colons =
  'A key and its value are written "key: value", with a space after the colon; text that has ": " or " #" in it stands in quotes.';

/** What to do. */
const hints: Partial<Record<YAMLError['code'], string>> = {
  BAD_ALIAS: 'An alias such as *eye repeats what was marked with &eye further up.',
  BAD_DQ_ESCAPE: "In double quotes a backslash begins an escape: write two, or use 'single quotes'.",
  BAD_INDENT: `${brackets} ${indentation}`,
  BAD_SCALAR_START: 'Put text that begins with a special character, such as @ or `, in quotes.',
  BLOCK_AS_IMPLICIT_KEY: colons,
  BLOCK_IN_FLOW: brackets,
  DUPLICATE_KEY: 'Take one of the two away.',
  MISSING_CHAR: brackets,
  MULTILINE_IMPLICIT_KEY: colons,
  MULTIPLE_DOCS: 'Take the line --- away, or put what follows in a file of its own.',
  TAB_AS_INDENT: indentation,
  TAG_RESOLVE_FAILED: 'Text that begins with ! stands in quotes.',
  UNEXPECTED_TOKEN: brackets,
};
const anyHint = `${indentation} ${colons}`;

const syntaxError = (message: string, location: ErrorLocation, hint: string, cause?: unknown): SensoriumError =>
  new SensoriumError({ code: 'SENSORIUM_MANIFEST_SYNTAX', message, hint, location, cause });

const tooDeep = (location: ErrorLocation): SensoriumError =>
  syntaxError(`More than ${maxDepth} levels, or an alias within itself.`, location, 'No manifest needs so many.');

/**
 * YAML 1.2, of which JSON is a part.
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
  const document = parse(text, lines, placeOf);
  return document.contents
    ? convert(document.contents, document, placeOf, 0)
    : { value: null, at: placeOf(0), keyAt: placeOf(0) };
}

function parse(text: string, lines: LineCounter, placeOf: Place): Document {
  assertShallow(text, lines, placeOf);
  try {
    const document = parseDocument(text, { prettyErrors: false, logLevel: 'error' });
    const [problem] = [...document.errors, ...document.warnings];
    if (problem) {
      const message = `${messages[problem.code] ?? problem.message}.`;
      throw syntaxError(message, placeOf(problem.pos[0]), hints[problem.code] ?? anyHint);
    }
    assertAnchored(document, placeOf);
    // Refuses the few aliases that stand for gigabytes.
    document.toJS();
    return document;
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

/** The offset of what was parsed, which always knows where it stood. */
const beginOf = (range: Node['range']): number => required(range, 'the place of a YAML node')[0];

/** Every alias repeats what was marked before it. */
function assertAnchored(document: Document, placeOf: Place): void {
  const anchors = new Set<string>();
  visit(document, {
    Value: (_, { anchor }) => void (anchor && anchors.add(anchor)),
    Alias(_, { source, range }) {
      if (anchors.has(source)) return;
      const known = anchors.size > 0 ? ` There are: ${[...anchors].map((anchor) => `&${anchor}`).join(', ')}.` : '';
      throw syntaxError(
        `The alias *${source} repeats nothing: no &${source} stands before it.${didYouMean(source, anchors)}`,
        placeOf(beginOf(range)),
        `${hints.BAD_ALIAS}${known} Text that begins with * stands in quotes.`,
      );
    },
  });
}

/**
 * Tokens are read in a loop, documents by recursion: enough brackets would overflow the stack there, and where that
 * happens to a regular expression, V8 ends the process. On the way, `lines` learns where lines begin.
 */
function assertShallow(text: string, lines: LineCounter, placeOf: Place): void {
  lines.addNewLine(0);
  const parser = new Parser(lines.addNewLine);
  for (const lexeme of new Lexer().lex(text)) {
    Array.from(parser.next(lexeme));
    if (parser.stack.length > maxDepth) throw tooDeep(placeOf(parser.offset));
  }
}

function convert(node: Node, document: Document, placeOf: Place, depth: number): Located {
  const at = placeOf(beginOf(node.range));
  if (depth > maxDepth) throw tooDeep(at);
  if (isAlias(node)) {
    const target = node.resolve(document);
    return target ? convert(target, document, placeOf, depth + 1) : { value: null, at, keyAt: at };
  }
  if (isSeq<Node>(node)) {
    return { at, keyAt: at, value: node.items.map((item) => convert(item, document, placeOf, depth + 1)) };
  }
  if (!isMap<Node, Node | null>(node)) return { at, keyAt: at, value: isScalar(node) ? node.value : null };
  const entries = node.items.map(({ key, value }): [string, Located] => {
    const keyAt = placeOf(beginOf(key.range));
    if (!isScalar(key)) throw syntaxError('A key must be a plain word.', keyAt, colons);
    const located = value ? convert(value, document, placeOf, depth + 1) : { value: null, at: keyAt };
    return [String(key.value), { ...located, keyAt }];
  });
  return { at, keyAt: at, value: new Map(entries) };
}
