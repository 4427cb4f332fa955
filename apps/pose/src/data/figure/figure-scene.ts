// One rendered figure: all that is random is drawn first, with exact joints; the pixels can be painted from it later,
// in another thread, or never.
import type { Rng } from 'rpg-core';
import { type Box, jointStates, type Point } from '../annotations/person-record.js';
import { jointIds, numJoints } from '../joints.js';
import { bodyLayers, type Staging } from './body.js';
import { type Camera, toCameraFrame } from './camera.js';
import { between, mixColors, pick } from './colors.js';
import { type Canvas, type Layer, type Light, paintLayer, topmostAt } from './layer.js';
import { plain } from './materials.js';
import { drawPose, type Pose } from './poses.js';
import { drawOccluders, drawScenery, paintScenery, type Scenery } from './scenery.js';
import { ellipse, roundedPolygon } from './shapes.js';
import { drawBuild, poseSkeleton, type Skeleton } from './skeleton.js';
import { drawWardrobe } from './wardrobe.js';

export interface FigureScene {
  /** Pixels, 0-based: whole numbers are the middle of pixels. */
  readonly joints: Float64Array;
  readonly states: Uint8Array;
  readonly headBox: Box;
  /** Middle of the joints' bounding box. */
  readonly center: Point;
  /** The standing height, in pixels. */
  readonly heightPx: number;
  readonly pose: Pose['name'];
  /** Writes the image: uint8 [sizePx, sizePx, 3], every byte. May be called once: it draws the grain from the stream. */
  paint(out: Uint8Array): void;
}

/** @param rng names the scene; all of it is drawn from this stream */
export function drawFigureScene(sizePx: number, rng: Rng): FigureScene {
  const scenery = drawScenery(sizePx, rng);
  const wardrobe = drawWardrobe(mixColors(scenery.wall, scenery.ground, 0.3), rng);
  const build = drawBuild(rng);
  const pose = drawPose(rng);
  const skeleton = poseSkeleton(build, pose);
  const heightPx = sizePx * between(rng, 0.68, 0.84);
  const staging = stage(skeleton, drawCamera(rng), heightPx, sizePx, rng);
  const body = bodyLayers(skeleton, build, wardrobe, staging);
  const joints = placeJoints(skeleton, staging);
  const center = middleOf(joints);
  const headBox = headBoxOf(joints, heightPx);
  const occluders = drawOccluders(center, heightPx, rng);
  const layers = [...body, ...occluders];
  const light = drawLight(rng);
  const level = between(rng, 0.85, 1.15);
  const noise = between(rng, 0.005, 0.05);
  return {
    joints,
    states: statesOf(joints, layers, sizePx),
    headBox,
    center,
    heightPx,
    pose: pose.name,
    paint(out) {
      const canvas: Canvas = { sizePx, pixels: new Float32Array(3 * sizePx * sizePx) };
      paintScenery(canvas, scenery);
      for (const thing of scenery.behind) paintLayer(canvas, thing, light);
      for (const thing of seatAndShadow(pose, skeleton, staging, scenery)) paintLayer(canvas, thing, light);
      for (const layer of layers) paintLayer(canvas, layer, light);
      store(canvas, level, noise, rng, out);
    },
  };
}

/** Three of four from the front, the others from a side or from behind, where left and right change places. */
const views = ['front', 'front', 'front', 'front', 'front', 'front', 'side', 'back'] as const;

function drawCamera(rng: Rng): Camera {
  const kind = pick(views, rng);
  const mirror = rng.below(2) === 0 ? 1 : -1;
  const yaw =
    kind === 'front'
      ? between(rng, -50, 50)
      : kind === 'side'
        ? mirror * between(rng, 55, 100)
        : 180 + between(rng, -45, 45);
  return { yaw, pitch: between(rng, -4, 14), roll: between(rng, -6, 6) };
}

/** Puts the figure near the image's middle, and now and then where the border cuts it. */
function stage(skeleton: Skeleton, camera: Camera, heightPx: number, sizePx: number, rng: Rng): Staging {
  const turn = toCameraFrame(camera);
  const corners = skeleton.joints.map(turn);
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  const jitter = sizePx * (rng.below(12) === 0 ? 0.28 : 0.05);
  const middle = (sizePx - 1) / 2;
  const x0 = middle + between(rng, -jitter, jitter) - (heightPx * (Math.min(...xs) + Math.max(...xs))) / 2;
  const y0 = middle + between(rng, -jitter, jitter) + (heightPx * (Math.min(...ys) + Math.max(...ys))) / 2;
  return {
    turn,
    heightPx,
    project(point) {
      const [x, y, depth] = turn(point);
      return { x: x0 + heightPx * x, y: y0 - heightPx * y, depth };
    },
  };
}

function drawLight(rng: Rng): Light {
  const x = between(rng, -0.7, 0.7);
  const y = between(rng, -0.7, 0);
  return { x, y, z: Math.sqrt(1 - x * x - y * y) };
}

function placeJoints({ joints }: Skeleton, { project }: Staging): Float64Array {
  const places = new Float64Array(2 * numJoints);
  for (const [id, joint] of joints.entries()) {
    const { x, y } = project(joint);
    places[2 * id] = x;
    places[2 * id + 1] = y;
  }
  return places;
}

/** Beyond the image a joint is missing, as annotators leave it; under something else it is hidden. */
function statesOf(joints: Float64Array, layers: readonly Layer[], sizePx: number): Uint8Array {
  const headTop = jointIds['head top'];
  const neck = jointIds['upper neck'];
  return Uint8Array.from({ length: numJoints }, (_, id) => {
    let [x, y] = [joints[2 * id]!, joints[2 * id + 1]!];
    if (x < 0 || y < 0 || x > sizePx - 1 || y > sizePx - 1) {
      joints.fill(0, 2 * id, 2 * id + 2);
      return jointStates.missing;
    }
    if (id === headTop) {
      // It lies on the head's very edge: look a little below.
      x += 0.08 * (joints[2 * neck]! - x);
      y += 0.08 * (joints[2 * neck + 1]! - y);
    }
    const top = topmostAt(layers, x, y);
    return top === undefined || top.joints.includes(id) ? jointStates.visible : jointStates.hidden;
  });
}

/** Around the head's ellipse, upright as MPII's rectangles are. */
function headBoxOf(joints: Float64Array, heightPx: number): Box {
  const [neck, top] = [jointIds['upper neck'], jointIds['head top']];
  const [x1, y1, x2, y2] = [joints[2 * neck]!, joints[2 * neck + 1]!, joints[2 * top]!, joints[2 * top + 1]!];
  const half = 0.053 * heightPx;
  const [middleX, middleY] = [(x1 + x2) / 2, (y1 + y2) / 2];
  const [reachX, reachY] = [Math.max(half, Math.abs(x2 - x1) / 2), Math.max(half, Math.abs(y2 - y1) / 2)];
  return { x1: middleX - reachX, y1: middleY - reachY, x2: middleX + reachX, y2: middleY + reachY };
}

function middleOf(joints: Float64Array): Point {
  const xs = joints.filter((_, i) => i % 2 === 0);
  const ys = joints.filter((_, i) => i % 2 === 1);
  return { x: (Math.min(...xs) + Math.max(...xs)) / 2, y: (Math.min(...ys) + Math.max(...ys)) / 2 };
}

/** What a sitting figure sits on, and the shade below the feet of others. */
function seatAndShadow(pose: Pose, skeleton: Skeleton, { project, heightPx }: Staging, scenery: Scenery): Layer[] {
  const shade = plain(mixColors(scenery.ground, [0, 0, 0], 0.45));
  const left = project(skeleton.joints[jointIds['left ankle']]!);
  const right = project(skeleton.joints[jointIds['right ankle']]!);
  const radius = 0.09 * heightPx + Math.abs(left.x - right.x) / 2;
  const feet = { x: (left.x + right.x) / 2, y: Math.max(left.y, right.y) + 0.03 * heightPx };
  const below: Layer = {
    shape: ellipse(feet, { x: 0, y: -1 }, 0.028 * heightPx, radius),
    material: shade,
    depth: -Infinity,
    roundness: 0,
    joints: [],
  };
  if (pose.name !== 'sitting') return [below];
  const corner = (x: number, y: number) => project([x, y, 0]);
  const [upperRight, upperLeft] = [corner(-0.13, -0.05), corner(0.13, -0.05)];
  const [lowerRight, lowerLeft] = [corner(-0.13, -0.27), corner(0.13, -0.27)];
  const seat: Layer = {
    shape: roundedPolygon([upperRight, upperLeft, lowerLeft, lowerRight], 0.05 * heightPx, [lowerRight, upperRight]),
    material: plain(mixColors(scenery.wall, [0.35, 0.22, 0.12], 0.6)),
    depth: -Infinity,
    roundness: 0.5,
    joints: [],
  };
  return [below, seat];
}

/** Adds grain and rounds to bytes. Two bytes of a word make a triangle over −1..1; the channels share one of them. */
function store({ pixels, sizePx }: Canvas, level: number, noise: number, rng: Rng, out: Uint8Array): void {
  const words = new Uint32Array(sizePx * sizePx);
  rng.fillUint32(words);
  for (let pixel = 0; pixel < words.length; pixel++) {
    const word = words[pixel]!;
    const shared = (word >>> 24) - 255;
    for (let channel = 0; channel < 3; channel++) {
      const grain = (shared + ((word >>> (8 * channel)) & 255)) / 255;
      const value = 255 * (pixels[3 * pixel + channel]! * level + noise * grain);
      out[3 * pixel + channel] = value < 0 ? 0 : value > 255 ? 255 : Math.floor(value + 0.5);
    }
  }
}
