import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../..', import.meta.url));
const entry = `${root}packages/graph/src/index.ts`;

const { NoTruncation, OmitParameterModifiers, UseAliasDefinedOutsideCurrentScope, WriteArrowStyleSignature } =
  ts.TypeFormatFlags;
const flags = NoTruncation | OmitParameterModifiers | UseAliasDefinedOutsideCurrentScope | WriteArrowStyleSignature;

/**
 * Signature and documentation of functions that @sensorium/graph exports, read from its sources.
 *
 * @param {readonly string[]} names
 * @typedef {{ name: string, isOptional: boolean, type: string, documentation: string }} Option
 * @returns {{ name: string, signature: string, documentation: string, options: Option[] }[]}
 */
export function signaturesOf(names) {
  const { config } = ts.readConfigFile(`${root}tsconfig.base.json`, ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const program = ts.createProgram([entry], { ...options, composite: false, noEmit: true, emitDeclarationOnly: false });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(entry);
  const exported = new Map(
    checker.getExportsOfModule(checker.getSymbolAtLocation(source)).map((symbol) => [symbol.name, symbol]),
  );
  return names.map((name) => {
    const alias = exported.get(name);
    const symbol = alias.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(alias) : alias;
    const [signature] = checker.getTypeOfSymbolAtLocation(symbol, source).getCallSignatures();
    const written = checker.signatureToString(signature, source, flags);
    return {
      name,
      // Names of destructured options say nothing that their type does not.
      signature: name + written.replace(/\{[^{}]*\}(\??: )/, 'options$1').replace(/ => (?!.*=> )/, ': '),
      documentation: documentationOf(symbol),
      options: signature.parameters.flatMap(optionsOf),
    };
  });

  function documentationOf(symbol) {
    return ts.displayPartsToString(symbol.getDocumentationComment(checker)).replaceAll('\n', ' ');
  }

  /** The members of an interface of options. */
  function optionsOf(parameter) {
    const type = checker.getNonNullableType(checker.getTypeOfSymbolAtLocation(parameter, source));
    const isOptions = type.symbol?.name.endsWith('Options') || type.aliasSymbol?.name.endsWith('Options');
    if (!isOptions) return [];
    return checker.getPropertiesOfType(type).map((property) => {
      const own = checker.getNonNullableType(checker.getTypeOfSymbolAtLocation(property, source));
      return {
        name: property.name,
        isOptional: Boolean(property.flags & ts.SymbolFlags.Optional),
        type: checker.typeToString(own, source, flags),
        documentation: documentationOf(property),
      };
    });
  }
}
