// MPII's sixteen joints: their order, their mirror images and the bones between them.

/** Joint names by id. Left and right are the person's own. */
export const jointNames = [
  'right ankle',
  'right knee',
  'right hip',
  'left hip',
  'left knee',
  'left ankle',
  'pelvis',
  'thorax',
  'upper neck',
  'head top',
  'right wrist',
  'right elbow',
  'right shoulder',
  'left shoulder',
  'left elbow',
  'left wrist',
] as const;
export type JointName = (typeof jointNames)[number];

export const numJoints = jointNames.length;

/** Joint ids by name, so that code need not hold bare numbers. */
export const jointIds = Object.fromEntries(jointNames.map((name, id) => [name, id])) as Readonly<
  Record<JointName, number>
>;

/** The joint that joint i becomes in a mirrored image. */
export const mirroredJoints: readonly number[] = jointNames.map((name) => {
  const other = name.startsWith('left') ? name.replace('left', 'right') : name.replace('right', 'left');
  return jointNames.findIndex((candidate) => candidate === other);
});

/** Pairs of joints that a drawn skeleton connects. */
export const bones: readonly (readonly [from: number, to: number])[] = [
  [0, 1],
  [1, 2],
  [2, 6],
  [6, 3],
  [3, 4],
  [4, 5],
  [6, 7],
  [7, 8],
  [8, 9],
  [10, 11],
  [11, 12],
  [12, 7],
  [7, 13],
  [13, 14],
  [14, 15],
];
