// A posed, dressed figure as layers of paint, from the farthest to the nearest.
import { jointIds, type JointName } from '../joints.js';
import type { Projected } from './camera.js';
import { type Color, scaleColor } from './colors.js';
import { headMaterial } from './head.js';
import type { Layer } from './layer.js';
import { type Material, patterned, plain, sections } from './materials.js';
import { ellipse, limb, roundedPolygon, type Shape } from './shapes.js';
import type { Build, Skeleton } from './skeleton.js';
import { along, type Vector } from './vectors.js';
import type { Wardrobe } from './wardrobe.js';

/** Where a body stands on the screen. */
export interface Staging {
  /** From body space to the screen. */
  readonly project: (point: Vector) => Projected;
  /** Directions of body space in the camera's frame. */
  readonly turn: (direction: Vector) => Vector;
  /** The standing height in pixels. */
  readonly heightPx: number;
}

/** Thickness of parts as shares of the height: radii at both ends. */
const radii = {
  thigh: [0.052, 0.037],
  shin: [0.036, 0.023],
  foot: [0.022, 0.017],
  hips: 0.05,
  upperArm: [0.033, 0.026],
  forearm: [0.026, 0.019],
  hand: 0.02,
  neck: 0.028,
  trunk: 0.05,
} as const;

/** Joints that are seen on a trunk. */
const trunkJoints: readonly JointName[] = [
  'pelvis',
  'thorax',
  'right hip',
  'left hip',
  'right shoulder',
  'left shoulder',
];

/** How far clothes stand off. */
const CLOTHING = 1.1;

export function bodyLayers(skeleton: Skeleton, build: Build, wardrobe: Wardrobe, staging: Staging): Layer[] {
  const painter = new BodyPainter(skeleton, build, wardrobe, staging);
  painter.paintTrunk();
  painter.paintHead();
  for (const side of ['left', 'right'] as const) {
    painter.paintLeg(side);
    painter.paintArm(side);
  }
  return painter.layers.sort((a, b) => a.depth - b.depth);
}

class BodyPainter {
  readonly layers: Layer[] = [];
  readonly #skeleton: Skeleton;
  readonly #wardrobe: Wardrobe;
  readonly #staging: Staging;
  /** Pixels per share of the height, thickened by the build. */
  readonly #thickness: number;

  constructor(skeleton: Skeleton, build: Build, wardrobe: Wardrobe, staging: Staging) {
    this.#skeleton = skeleton;
    this.#wardrobe = wardrobe;
    this.#staging = staging;
    this.#thickness = build.stoutness * staging.heightPx;
  }

  paintTrunk(): void {
    const { top, trousersColor } = this.#wardrobe;
    const pelvis = this.#at('pelvis');
    const thorax = this.#at('thorax');
    const corner = (from: Vector, to: Vector, share: number) => this.#project(along(from, minus(to, from), share));
    const corners = [
      corner(thorax, this.#at('right shoulder'), 0.62),
      corner(thorax, this.#at('left shoulder'), 0.62),
      corner(pelvis, this.#at('left hip'), 0.75),
      corner(pelvis, this.#at('right hip'), 0.75),
    ];
    const [low, high] = [this.#project(pelvis), this.#project(thorax)];
    const trunk = roundedPolygon(corners, radii.trunk * this.#thickness, [low, high]);
    const depth = (low.depth + high.depth) / 2;
    this.#add(trunk, top, depth, trunkJoints);
    this.#addLimb(this.#at('right hip'), this.#at('left hip'), [radii.hips, radii.hips], plain(trousersColor), {
      joints: ['pelvis', 'right hip', 'left hip'],
      bias: -0.02,
    });

    const facing = this.#staging.turn(this.#skeleton.chestForward)[2];
    if (facing > 0.15) this.#paintFront(facing, depth);
    this.#paintBackpack(facing);
  }

  /** Marks that tell a front from a back, and the left of a front. */
  #paintFront(facing: number, depth: number): void {
    const { skin, topColor, zip, emblem, backpack } = this.#wardrobe;
    const { heightPx } = this.#staging;
    const mark = (start: Vector, end: Vector, radiusPx: number, color: Color, above: number) => {
      const [from, to] = [this.#project(start), this.#project(end)];
      this.#add(limb(from, to, radiusPx, radiusPx), plain(color), depth + above, trunkJoints, 0);
    };
    const badge = this.#onTrunk(0.72, 0.06, 0.045);
    const collar = this.#onTrunk(1.03, 0, 0.045);
    if (zip !== undefined) mark(this.#onTrunk(0, 0, 0.045), this.#onTrunk(1, 0, 0.045), 0.007 * heightPx, zip, 0.001);
    mark(badge, badge, 0.021 * heightPx, emblem, 0.002);
    mark(collar, collar, 0.026 * this.#thickness, skin, 0.003);
    if (facing > 0.9 && zip === undefined && backpack === undefined) {
      const [right, left] = [this.#onTrunk(0.05, -0.08, 0.04), this.#onTrunk(0.05, 0.08, 0.04)];
      mark(right, left, 0.01 * heightPx, scaleColor(topColor, 0.6), 0.001);
    }
  }

  #paintBackpack(facing: number): void {
    const { backpack } = this.#wardrobe;
    if (backpack === undefined) return;
    const [upper, lower] = [this.#onTrunk(0.88, 0, -0.085), this.#onTrunk(0.25, 0, -0.085)];
    const seam = patterned(backpack, scaleColor(backpack, 0.6), (down) => (Math.abs(down - 0.55) < 0.06 ? 1 : 0));
    this.#addLimb(upper, lower, [0.055, 0.065], seam, { joints: [], bias: facing < 0 ? 0.05 : 0 });
  }

  paintHead(): void {
    const { skin, hair, hairStyle, cap } = this.#wardrobe;
    const { faceForward, headUp } = this.#skeleton;
    const neckEnd = this.#at('upper neck');
    const headTop = this.#at('head top');
    this.#addLimb(
      this.#at('thorax'),
      along(neckEnd, headUp, 0.02),
      [radii.neck, radii.neck],
      plain(scaleColor(skin, 0.88)),
      {
        joints: ['thorax', 'upper neck'],
        bias: -0.004,
      },
    );
    const [low, high] = [this.#project(neckEnd), this.#project(headTop)];
    const middle = { x: (low.x + high.x) / 2, y: (low.y + high.y) / 2 };
    const [dx, dy] = [high.x - low.x, high.y - low.y];
    const lengthPx = Math.sqrt(dx * dx + dy * dy) + 1e-9;
    const up = { x: dx / lengthPx, y: dy / lengthPx };
    const depth = (low.depth + high.depth) / 2 + 0.03;
    const face = this.#staging.turn(faceForward);
    // A head that nods towards the viewer looks shorter, but never flatter than it is wide.
    const radiusAcross = 0.053 * this.#staging.heightPx;
    const shape = ellipse(middle, up, Math.max(lengthPx / 2, radiusAcross), radiusAcross);
    this.#add(shape, headMaterial(this.#wardrobe, face, this.#staging.turn(headUp)), depth, ['upper neck', 'head top']);
    if (hairStyle === 'long') {
      const crown = along(along(neckEnd, headUp, 0.06), faceForward, -0.03);
      const tips = along(along(neckEnd, headUp, -0.07), faceForward, -0.05);
      const isInFront = face[2] < 0;
      this.#addLimb(crown, tips, [0.05, 0.045], plain(scaleColor(hair, 0.85)), {
        joints: ['upper neck'],
        bias: isInFront ? 0.02 : -0.03,
      });
    }
    const noseRoot = along(along(neckEnd, headUp, 0.06), faceForward, 0.045);
    if (face[2] > -0.2) {
      const tip = this.#project(along(noseRoot, faceForward, 0.012));
      const radiusPx = 0.011 * this.#staging.heightPx;
      const nose = limb(this.#project(noseRoot), tip, radiusPx, radiusPx);
      this.#add(nose, plain(scaleColor(skin, 0.9)), depth + 0.001, ['upper neck', 'head top'], 0);
    }
    if (cap !== undefined) {
      const brim = along(along(neckEnd, headUp, 0.105), faceForward, 0.04);
      const edge = along(brim, faceForward, 0.05);
      this.#addLimb(brim, edge, [0.02, 0.016], plain(scaleColor(cap, 0.75)), {
        joints: ['head top'],
        bias: face[2] > 0 ? 0.06 : -0.05,
      });
    }
  }

  paintLeg(side: 'left' | 'right'): void {
    const { skin, trousers, isShorts, socks, shoes } = this.#wardrobe;
    const [hip, knee, ankle] = [this.#at(`${side} hip`), this.#at(`${side} knee`), this.#at(`${side} ankle`)];
    const toe = side === 'left' ? this.#skeleton.leftToe : this.#skeleton.rightToe;
    const bare = plain(skin);
    const thigh = isShorts ? sections(0.72, trousers, bare) : trousers;
    const shin = isShorts ? sections(0.72, bare, plain(socks)) : trousers;
    this.#addLimb(hip, knee, radii.thigh, thigh, { joints: ['pelvis', `${side} hip`, `${side} knee`], bias: -0.015 });
    this.#addLimb(knee, ankle, radii.shin, shin, { joints: [`${side} knee`, `${side} ankle`], bias: -0.016 });
    this.#addLimb(ankle, toe, radii.foot, plain(shoes), { joints: [`${side} ankle`], bias: -0.012 });
  }

  paintArm(side: 'left' | 'right'): void {
    const { skin, top, topColor, sleeves, wristband } = this.#wardrobe;
    const [shoulder, elbow, wrist] = [
      this.#at(`${side} shoulder`),
      this.#at(`${side} elbow`),
      this.#at(`${side} wrist`),
    ];
    const hand = side === 'left' ? this.#skeleton.leftHand : this.#skeleton.rightHand;
    const bare = plain(skin);
    const upper =
      sleeves === 'none' ? sections(0.12, plain(topColor), bare) : sleeves === 'short' ? sections(0.6, top, bare) : top;
    const sleeve = sleeves === 'long' ? plain(topColor) : bare;
    const lower = side === 'left' ? sections(0.72, sleeve, plain(wristband)) : sleeve;
    this.#addLimb(wrist, hand, [radii.forearm[1], radii.hand], bare, { joints: [`${side} wrist`], bias: 0.021 });
    this.#addLimb(elbow, wrist, radii.forearm, lower, { joints: [`${side} elbow`, `${side} wrist`], bias: 0.022 });
    this.#addLimb(shoulder, elbow, radii.upperArm, upper, {
      joints: [`${side} shoulder`, `${side} elbow`],
      bias: 0.02,
    });
  }

  #at(joint: JointName): Vector {
    return this.#skeleton.joints[jointIds[joint]]!;
  }

  #project(point: Vector): Projected {
    return this.#staging.project(point);
  }

  #addLimb(
    from: Vector,
    to: Vector,
    [startRadius, endRadius]: readonly [number, number],
    material: Material,
    { joints, bias }: { readonly joints: readonly JointName[]; readonly bias: number },
  ): void {
    const [start, end] = [this.#project(from), this.#project(to)];
    const shape = limb(start, end, startRadius * this.#thickness * CLOTHING, endRadius * this.#thickness * CLOTHING);
    this.#add(shape, material, (start.depth + end.depth) / 2 + bias, joints);
  }

  #add(shape: Shape, material: Material, depth: number, joints: readonly JointName[], roundness = 1): void {
    this.layers.push({ shape, material, depth, roundness, joints: joints.map((name) => jointIds[name]) });
  }

  /** A point of the trunk: at a share of the way up, then to the person's left and out of the front. */
  #onTrunk(share: number, left: number, front: number): Vector {
    const { chestForward, chestLeft } = this.#skeleton;
    const pelvis = this.#at('pelvis');
    const height = along(pelvis, minus(this.#at('thorax'), pelvis), share);
    return along(along(height, chestLeft, left), chestForward, front);
  }
}

function minus(a: Vector, b: Vector): Vector {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}
