import { itemAt } from './at.js';
import { required, type Dimension, type Shape } from '@sensorium/contracts';
import { shapeError, divideDimensions, multiplyDimensions, type Value } from '@sensorium/graph/transform';
import { attributeOf, type NodeProto, type TensorProto } from '@sensorium/graph/protobuf';
import { isNumeric, type Content, type Operand } from './operand.js';

/** A node of the file, with what it is applied to. */
export class Call {
  constructor(
    readonly node: NodeProto,
    /** Undefined where an optional input is left out. */
    readonly inputs: readonly (Operand | undefined)[],
    /** What takes the place of the file's fixed batch of 1, if anything does. */
    readonly batch: Dimension | undefined,
    /** A size of the first output that nothing here tells: as the file declares it, or a name. */
    readonly unknownSize: (axis: number) => Dimension,
    private readonly isRead: (name: string) => boolean,
  ) {}

  /** The symbol of an input that every such node has. */
  x(index: number): Value {
    return this.operand(index).value;
  }

  operand(index: number): Operand {
    const operand = this.inputs[index];
    if (!operand) throw shapeError(`has no input ${index}`);
    return operand;
  }

  optional(index: number): Value | undefined {
    return this.inputs[index]?.value;
  }

  /** All inputs that are given. */
  get given(): Value[] {
    return this.inputs.flatMap((operand) => operand?.value ?? []);
  }

  content(index: number): Content | undefined {
    return this.inputs[index]?.content;
  }

  /** Numbers of an input that are known now. */
  numbers(index: number): readonly number[] | undefined {
    const content = this.content(index);
    return content && isNumeric(content) ? content.data : undefined;
  }

  /** A single number of an input that is known now, and of which nothing else is broadcast. */
  scalar(index: number): number | undefined {
    const [only, ...others] = this.numbers(index) ?? [];
    return others.length ? undefined : only;
  }

  /** Whether somebody reads an output: exporters name also those that nobody asks for, such as the mask of a Dropout. */
  gives(index: number): boolean {
    const name = this.node.output[index];
    return Boolean(name) && this.isRead(required(name, 'an output'));
  }

  /** How many outputs are read, up to the last. */
  get outputs(): number {
    return this.node.output.findLastIndex((_, index) => this.gives(index)) + 1;
  }

  /** A whole number. */
  integer(name: string, otherwise: number): number {
    const attribute = attributeOf(this.node, name);
    return attribute ? Number(attribute.i) : otherwise;
  }

  flag(name: string, otherwise = false): boolean {
    return this.integer(name, Number(otherwise)) !== 0;
  }

  float(name: string, otherwise: number): number {
    return attributeOf(this.node, name)?.f ?? otherwise;
  }

  text(name: string, otherwise: string): string {
    const attribute = attributeOf(this.node, name);
    return attribute ? new TextDecoder().decode(attribute.s) : otherwise;
  }

  texts(name: string): string[] {
    return attributeOf(this.node, name)?.strings.map((text) => new TextDecoder().decode(text)) ?? [];
  }

  integers(name: string): number[] | undefined {
    return attributeOf(this.node, name)?.ints.map(Number);
  }

  tensor(name: string): TensorProto | undefined {
    return attributeOf(this.node, name)?.t;
  }

  /** The shape of an input with the file's own batch. */
  fileShape(index: number): Shape {
    const { value, batchAxis } = this.operand(index);
    if (batchAxis === undefined || this.batch === undefined) return value.shape;
    const size = divideDimensions(itemAt(value.shape, batchAxis), this.batch);
    if (size === undefined) throw shapeError(`axis ${batchAxis} of ${value.shape.join()} is not a batch`);
    return value.shape.with(batchAxis, size);
  }

  /** A shape of the file with the batch that was given, at `axis`. */
  withBatch(shape: Shape, axis: number | undefined): Shape {
    if (axis === undefined || this.batch === undefined) return shape;
    return shape.with(axis, multiplyDimensions(itemAt(shape, axis), this.batch));
  }
}
