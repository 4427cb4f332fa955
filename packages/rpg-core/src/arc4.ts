// From a stream's name to the numbers that start it: the cipher ARC4 keyed with the name, as the library seedrandom does it.
// Frozen, because every model and run of the past was drawn so; arc4.test.ts compares the two.

const SIZE = 256;
const LOW_BYTE = 255;

/**
 * The first 32-bit words, signed, of the stream that ARC4 gives behind its first 256 bytes, which depend too much on the
 * key.
 *
 * @param name at least one character; of each the low byte counts
 */
export function firstWords(name: string, numWords: number): Int32Array {
  const key = keyOf(name);
  const state = Uint8Array.from({ length: SIZE }, (_, i) => i);
  let [i, j] = [0, 0];
  const swap = (): number => {
    const [a, b] = [state[i]!, state[j]!];
    state[i] = b;
    state[j] = a;
    return (a + b) & LOW_BYTE;
  };
  for (; i < SIZE; i++) {
    j = (j + key[i % key.length]! + state[i]!) & LOW_BYTE;
    swap();
  }
  i = j = 0;
  const nextByte = (): number => {
    i = (i + 1) & LOW_BYTE;
    j = (j + state[i]!) & LOW_BYTE;
    return state[swap()]!;
  };
  for (let skipped = 0; skipped < SIZE; skipped++) nextByte();
  const words = new Int32Array(numWords);
  for (let byte = 0; byte < 4 * numWords; byte++) words[byte >> 2] = (words[byte >> 2]! << 8) | nextByte();
  return words;
}

/** One byte a character; from the 257th on each is mixed into an earlier one. */
function keyOf(name: string): number[] {
  const key: number[] = [];
  let smear = 0;
  for (let i = 0; i < name.length; i++) {
    smear ^= (key[i & LOW_BYTE] ?? 0) * 19;
    key[i & LOW_BYTE] = (smear + name.charCodeAt(i)) & LOW_BYTE;
  }
  return key;
}
