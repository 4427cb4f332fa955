// In which order TensorFlow's ring adds up the vectors of workers, so that one process can do the same to the last bit.

/** Chunks begin at multiples of this: 64 bytes of float32. */
const CHUNK_STEP = 16;

/**
 * The sum of `vectors`, one a worker, with the bits that `Cluster.allReduce` gives for as many workers. The elements are cut
 * into one chunk a worker, of ⌈length / workers⌉ elements rounded up to 64 bytes; chunk c is added in the order c, c + 1, …
 * round the ring. (As measured; from 11 workers on TensorFlow goes by their names as text: 0, 1, 10, 2, ….)
 *
 * @param vectors float32, of one length, at least one; overwritten and not to be used again
 */
export function sumInReduceOrder(vectors: readonly Float32Array[]): Float32Array {
  const count = vectors.length;
  if (count === 1) return vectors[0]!;
  const ring = vectors.map((_, index) => index).sort((a, b) => (String(a) < String(b) ? -1 : 1));
  const { length } = vectors[0]!;
  const chunk = Math.ceil(Math.ceil(length / count) / CHUNK_STEP) * CHUNK_STEP;
  const sum = vectors[0]!;
  for (let c = 0; c < count; c++) {
    const [from, to] = [Math.min(length, c * chunk), Math.min(length, (c + 1) * chunk)];
    const inOrder = ring.map((_, place) => vectors[ring[(c + place) % count]!]!);
    addUp(inOrder, from, to, sum);
  }
  return sum;
}

function addUp(vectors: readonly Float32Array[], from: number, to: number, out: Float32Array): void {
  const partial = vectors[0]!.slice(from, to);
  for (const vector of vectors.slice(1)) {
    for (let i = from; i < to; i++) partial[i - from] = Math.fround(partial[i - from]! + vector[i]!);
  }
  out.set(partial, from);
}
