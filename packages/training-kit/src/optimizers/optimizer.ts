// What all optimizers share: one update of named variables by named gradients, and a state that checkpoints keep.
import * as tf from '@tensorflow/tfjs-core';
import { type PortableOp, runOp } from 'rpg-core/ops';

/** An optimizer over a fixed set of variables. */
export interface Optimizer {
  /**
   * Updates the variables in place. Gradients are not disposed.
   *
   * @param gradients one a variable, by the variable's name
   * @throws RangeError when a variable has no gradient
   */
  update(gradients: ReadonlyMap<string, tf.Tensor>, learningRate: number): void;
  /** Accumulators, float32, by name; a checkpoint saves them and assigns to them. */
  readonly state: ReadonlyMap<string, tf.Variable>;
  dispose(): void;
}

/** The gradient of `name`, or an error that names the variable that the loss did not use. */
function gradientOf(gradients: ReadonlyMap<string, tf.Tensor>, name: string): tf.Tensor {
  const gradient = gradients.get(name);
  if (gradient === undefined) {
    throw new RangeError(`No gradient for '${name}'; the loss has to use every trainable variable.`);
  }
  return gradient;
}

/**
 * How one variable moves. A backend that has an operation of this name (tensorflow-runtime) updates all variables in one pass
 * over memory; elsewhere `compose` runs for each.
 */
export interface UpdateRule {
  readonly name: string;
  /**
   * @param lists the variable and its accumulators
   * @returns what they become, in the same order
   */
  readonly compose: (lists: readonly tf.Tensor[], gradient: tf.Tensor, settings: readonly number[]) => tf.Tensor[];
}

/** What an update reads and assigns to. */
export interface UpdateOperands {
  /** First the variables by name, then for each accumulator one a variable, by the same names. */
  readonly lists: readonly ReadonlyMap<string, tf.Variable>[];
  readonly gradients: ReadonlyMap<string, tf.Tensor>;
  /** Numbers of the rule: the learning rate, then decay and so on. */
  readonly settings: readonly number[];
  /** By which the rate is multiplied for some of the variables, by name; 1 for the others. */
  readonly rateFactors?: ReadonlyMap<string, number> | undefined;
}

/**
 * Applies `rule` to all variables, at once to those of the same rate.
 *
 * @throws RangeError when a variable has no gradient; nothing is assigned then
 */
export function applyUpdate(rule: UpdateRule, { lists, gradients, settings, rateFactors }: UpdateOperands): void {
  const names = [...lists[0]!.keys()];
  const found = new Map(names.map((name) => [name, gradientOf(gradients, name)])); // all of them before any is applied
  const factorOf = (name: string): number => rateFactors?.get(name) ?? 1;
  const [rate, ...others] = settings;
  for (const factor of new Set(names.map(factorOf))) {
    const group = names.filter((name) => factorOf(name) === factor);
    const variables = lists.flatMap((list) => group.map((name) => list.get(name)!));
    const inputs = [...variables, ...group.map((name) => found.get(name)!)];
    const outputs = runOp(opOf(rule, lists.length), Object.fromEntries(inputs.entries()), {
      settings: [rate! * factor, ...others],
    });
    outputs.forEach((output, i) => {
      variables[i]!.assign(output);
      output.dispose();
    });
  }
}

/** Inputs { 0, 1, … }: the lists one behind the other, then the gradients. */
function opOf({ name, compose }: UpdateRule, numLists: number): PortableOp<{ readonly settings: readonly number[] }> {
  return {
    name,
    compose: (inputs, { settings }) => {
      const numVariables = Object.keys(inputs).length / (numLists + 1);
      const at = (list: number, variable: number): tf.Tensor => inputs[String(list * numVariables + variable)]!;
      const lists = Array.from({ length: numLists }, (_, list) => list);
      const updated = Array.from({ length: numVariables }, (_, variable) =>
        compose(
          lists.map((list) => at(list, variable)),
          at(numLists, variable),
          settings,
        ),
      );
      return lists.flatMap((list) => updated.map((tensors) => tensors[list]!));
    },
  };
}

/** g + λ·w. */
export function withDecay(gradient: tf.Tensor, variable: tf.Tensor, weightDecay: number): tf.Tensor {
  return weightDecay > 0 ? tf.add(gradient, tf.mul(variable, weightDecay)) : gradient;
}
