import { ExportError } from './export-error.ts';

/** A node's attribute; ONNX keeps whole numbers and floats apart, so the key says which. */
export type Attribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly string: string };

/** A constant, row-major. */
export interface OnnxTensor {
  readonly dims: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

/** One operator; every operator used here has exactly one output. */
export interface OnnxNode {
  readonly name: string;
  readonly op: string;
  inputs: readonly string[];
  output: string;
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** An input or output of the graph; a dimension given by name is free. */
export interface OnnxValueInfo {
  readonly name: string;
  readonly dims: readonly (number | string)[];
}

/** A graph under construction: nodes in the order they run, and the constants they read. */
export class OnnxGraph {
  readonly nodes: OnnxNode[] = [];
  readonly tensors = new Map<string, OnnxTensor>();
  readonly inputs: OnnxValueInfo[] = [];
  readonly outputs: OnnxValueInfo[] = [];
  // ONNX keeps the names of nodes and those of values apart.
  readonly #nodeNames = new Set<string>();
  readonly #valueNames = new Set<string>();

  input(name: string, dims: readonly (number | string)[]): string {
    if (this.#valueNames.has(name)) throw new ExportError(`two inputs are called "${name}"; give them different names`);
    this.#valueNames.add(name);
    this.inputs.push({ name, dims });
    return name;
  }

  /** Appends an operator and returns the name of its output. */
  node(
    op: string,
    hint: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): string {
    const name = unique(this.#nodeNames, hint);
    const output = `${name}:0`;
    this.nodes.push({ name, op, inputs, output, attributes });
    return output;
  }

  floats(hint: string, dims: readonly number[], values: Float32Array | readonly number[]): string {
    const name = unique(this.#valueNames, hint);
    this.tensors.set(name, { dims, data: Float32Array.from(values) });
    return name;
  }

  integers(hint: string, values: readonly number[]): string {
    const name = unique(this.#valueNames, hint);
    this.tensors.set(name, { dims: [values.length], data: BigInt64Array.from(values, BigInt) });
    return name;
  }

  /** Makes a value an output under the given name. */
  output(value: string, name: string, dims: readonly (number | string)[]): void {
    if (this.#valueNames.has(name))
      throw new ExportError(
        `the output name "${name}" is taken by an input, a weight or another output; choose another`,
      );
    const producer = this.nodes.find((node) => node.output === value);
    const isOutput = this.outputs.some((output) => output.name === value);
    if (producer && !isOutput) {
      producer.output = name;
      for (const node of this.nodes) node.inputs = node.inputs.map((input) => (input === value ? name : input));
    } else {
      this.nodes.push({
        name: unique(this.#nodeNames, `${name}.copy`),
        op: 'Identity',
        inputs: [value],
        output: name,
        attributes: {},
      });
    }
    this.#valueNames.add(name);
    this.outputs.push({ name, dims });
  }

  /** How many nodes and outputs read a value. */
  readers(value: string): number {
    const nodes = this.nodes.reduce((sum, node) => sum + node.inputs.filter((input) => input === value).length, 0);
    return nodes + this.outputs.filter((output) => output.name === value).length;
  }

  /** Drops constants that nothing reads. */
  prune(): void {
    const read = new Set(this.nodes.flatMap((node) => node.inputs));
    for (const name of this.tensors.keys()) if (!read.has(name)) this.tensors.delete(name);
  }
}

/** The hint, with a number behind it when it is taken; takes it. */
function unique(taken: Set<string>, hint: string): string {
  let name = hint;
  for (let i = 2; taken.has(name); i++) name = `${hint}_${i}`;
  taken.add(name);
  return name;
}
