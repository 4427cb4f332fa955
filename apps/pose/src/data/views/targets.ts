// Heat maps that a network should give: a Gaussian of peak 1 at each joint, and which joints count.
import { jointAt, jointStates, type PersonRecord } from '../annotations/person-record.js';
import { mirroredJoints, numJoints } from '../joints.js';
import { type Affine, applyAffine } from './crop.js';

export interface TargetSettings {
  /** Height and width of a heat map. */
  readonly mapSize: number;
  /** Standard deviation in pixels of the map: 1 in all recipes, whose maps are 64 wide. */
  readonly sigmaPx: number;
  /**
   * 'pixel' puts the peak on the nearest pixel, so that it is exactly 1, as the recipes do; 'exact' puts it between
   * pixels, where the joint is.
   */
  readonly peak: 'pixel' | 'exact';
}

/** The recipes draw 7 × 7 pixels at σ = 1 and leave the rest 0. */
const REACH_IN_SIGMAS = 3;

/**
 * Adds the Gaussians of `person` to `targets` and writes its weights. Channel j belongs to joint j of what is seen: in
 * a mirrored view that is the person's other side.
 *
 * @param toMap from the image to pixels of the heat maps, of the view that the crop has
 * @param targets float32 [mapSize, mapSize, 16], zeros
 * @param weights float32 [16]: 1 for an annotated joint (hidden or visible) whose pixel lies on the map, else 0
 */
export function writeTargets(
  person: Pick<PersonRecord, 'joints' | 'states'>,
  toMap: Affine,
  isFlipped: boolean,
  settings: TargetSettings,
  targets: Float32Array,
  weights: Float32Array,
): void {
  for (let channel = 0; channel < numJoints; channel++) {
    const joint = isFlipped ? mirroredJoints[channel]! : channel;
    weights[channel] = 0;
    if (person.states[joint] === jointStates.missing) continue;
    const { x, y } = applyAffine(toMap, jointAt(person, joint));
    const column = Math.round(x);
    const row = Math.round(y);
    const { mapSize } = settings;
    if (column < 0 || row < 0 || column >= mapSize || row >= mapSize) continue;
    weights[channel] = 1;
    if (settings.peak === 'pixel') addGaussian(targets, channel, column, row, settings);
    else addGaussian(targets, channel, x, y, settings);
  }
}

function addGaussian(
  targets: Float32Array,
  channel: number,
  x: number,
  y: number,
  { mapSize, sigmaPx }: TargetSettings,
): void {
  const reach = Math.ceil(REACH_IN_SIGMAS * sigmaPx);
  const [column, row] = [Math.round(x), Math.round(y)];
  for (let v = Math.max(0, row - reach); v <= Math.min(mapSize - 1, row + reach); v++) {
    for (let u = Math.max(0, column - reach); u <= Math.min(mapSize - 1, column + reach); u++) {
      const squared = (u - x) * (u - x) + (v - y) * (v - y);
      targets[(v * mapSize + u) * numJoints + channel] = Math.exp(-squared / (2 * sigmaPx * sigmaPx));
    }
  }
}
