import { SensoriumError, type ErrorLocation } from '@sensorium/contracts';
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  parseDocument,
  Parser,
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

const syntaxError = (message: string, location: ErrorLocation, cause?: unknown): SensoriumError =>
  new SensoriumError({ code: 'SENSORIUM_MANIFEST_SYNTAX', message, location, cause });

const tooDeep = (location: ErrorLocation): SensoriumError =>
  syntaxError(`More than ${maxDepth} levels, or an alias within itself.`, location);

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
    if (problem) throw syntaxError(`${messages[problem.code] ?? problem.message}.`, placeOf(problem.pos[0]));
    // Finds aliases without an anchor, and refuses the few that stand for gigabytes.
    document.toJS();
    return document;
  } catch (cause) {
    if (SensoriumError.is(cause)) throw cause;
    throw syntaxError(`The YAML cannot be read: ${(cause as Error).message}.`, placeOf(0), cause);
  }
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
  const at = placeOf(node.range?.[0] ?? 0);
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
    const keyAt = placeOf(key.range?.[0] ?? 0);
    if (!isScalar(key)) throw syntaxError('A key must be a plain word.', keyAt);
    const located = value ? convert(value, document, placeOf, depth + 1) : { value: null, at: keyAt };
    return [String(key.value), { ...located, keyAt }];
  });
  return { at, keyAt: at, value: new Map(entries) };
}
