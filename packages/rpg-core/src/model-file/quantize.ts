// Smaller copies of a ring's numbers: half precision, and eight bits with one step for the whole ring.

/** Numbers as multiples of a step. */
export interface Quantized {
  /** From −127 to 127. */
  readonly data: Int8Array;
  /** A float32 value; 0 when all numbers are 0. */
  readonly step: number;
}

const LARGEST_INT8 = 127;
const LARGEST_FLOAT16 = 65_504;

/**
 * Symmetric quantisation to eight bits. The step is the largest magnitude over 127, so that no number is cut off and the
 * error is at most half a step (and a rounding of float32): |w − q·step| ≤ max|w| / 254 · (1 + 2⁻²²).
 *
 * @throws RangeError for numbers that are not finite
 */
export function quantizeInt8(values: Float32Array): Quantized {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(finite(value)));
  const step = Math.fround(largest / LARGEST_INT8);
  if (step === 0) return { data: new Int8Array(values.length), step: 0 };
  // Rounding the step to float32 may push the largest quotient a hair above 127.
  const data = Int8Array.from(values, (value) => {
    const rounded = Math.round(value / step);
    return Math.max(-LARGEST_INT8, Math.min(LARGEST_INT8, rounded));
  });
  return { data, step };
}

/** @returns float32, q·step */
export function dequantizeInt8({ data, step }: Quantized): Float32Array {
  return Float32Array.from(data, (q) => q * step);
}

/**
 * IEEE half precision, rounded to nearest, ties to even: relative error at most 2⁻¹¹ for magnitudes from 2⁻¹⁴, absolute
 * error at most 2⁻²⁵ below.
 *
 * @returns the raw 16 bits of each number
 * @throws RangeError for numbers above 65 504 or not finite
 */
export function toFloat16(values: Float32Array): Uint16Array {
  const word = new Float32Array(1);
  const bits = new Uint32Array(word.buffer);
  return Uint16Array.from(values, (value) => {
    if (Math.abs(finite(value)) > LARGEST_FLOAT16) {
      throw new RangeError(`A number of ${value} does not fit float16, whose largest is 65504; use float32 or int8.`);
    }
    word[0] = value;
    const sign = (bits[0]! >>> 16) & 0x8000; // of −0 too
    const magnitude = Math.abs(value);
    // Below 2⁻¹⁴ halves are multiples of 2⁻²⁴; the power of two makes the product exact.
    if (magnitude < 2 ** -14) return sign | roundToEven(magnitude * 2 ** 24);
    const exponent = ((bits[0]! >>> 23) & 0xff) - 127;
    const mantissa = roundToEven((bits[0]! & 0x7f_ffff) / 2 ** 13); // up to 1024, which carries into the exponent
    return sign | (((exponent + 15) << 10) + mantissa);
  });
}

/** @param bits raw 16 bits, as `toFloat16` gives them; infinities and NaN are decoded too */
export function fromFloat16(bits: Uint16Array): Float32Array {
  return Float32Array.from(bits, (half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >>> 10) & 31;
    const mantissa = half & 1023;
    if (exponent === 0) return sign * mantissa * 2 ** -24;
    if (exponent === 31) return mantissa === 0 ? sign * Infinity : NaN;
    return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
  });
}

/** Of 0 ≤ x < 2⁵². From 2⁵² on doubles are whole, so that the sum itself is rounded to the nearest, ties to even. */
function roundToEven(x: number): number {
  return x + 2 ** 52 - 2 ** 52;
}

function finite(value: number): number {
  if (!Number.isFinite(value)) {
    throw new RangeError(
      `The weights hold ${value}, which no smaller format can keep; the training went wrong before.`,
    );
  }
  return value;
}
