import { describe, expect, test } from 'vitest';
import { fileOf, fuzzBytes, fuzzHeaders, fuzzRoundTrip, fuzzSpoiledFiles } from '../../test/safetensors-fuzz.js';
import { decodeSafetensors, encodeSafetensors, type SafetensorsTensor } from './safetensors.js';

function tensors(content: Record<string, SafetensorsTensor>): Map<string, SafetensorsTensor> {
  return new Map(Object.entries(content));
}

describe('writing', () => {
  test('gives the bytes of the specification', () => {
    const bytes = encodeSafetensors(tensors({ w: { dtype: 'F32', shape: [2], data: Float32Array.of(1, -2) } }), {
      k: 'v',
    });
    const header = '{"__metadata__":{"k":"v"},"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}';
    const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
    expect(bytes).toEqual(fileOf(padded, [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]));
  });

  test('puts wide elements first, so that all data is aligned', () => {
    const bytes = encodeSafetensors(
      tensors({
        byte: { dtype: 'U8', shape: [3], data: Uint8Array.of(1, 2, 3) },
        double: { dtype: 'F64', shape: [], data: Float64Array.of(0.5) },
        half: { dtype: 'F16', shape: [1], data: Uint16Array.of(0x3c00) },
      }),
    );
    expect([...decodeSafetensors(bytes).tensors.keys()]).toEqual(['double', 'half', 'byte']);
  });

  test.each<{ what: string; name: string; tensor: SafetensorsTensor; error: string }>([
    {
      what: 'too few elements',
      name: 'w',
      tensor: { dtype: 'F32', shape: [2, 2], data: Float32Array.of(1, 2, 3) },
      error: 'Tensor w holds 3 elements of 4 bytes, expected 4 of 4 for F32 of shape [2,2].',
    },
    {
      what: 'a reserved name',
      name: '__metadata__',
      tensor: { dtype: 'U8', shape: [0], data: new Uint8Array() },
      error: 'A tensor cannot be named __metadata__: the format keeps that name.',
    },
  ])('refuses $what', ({ name, tensor, error }) => {
    expect(() => encodeSafetensors(tensors({ [name]: tensor }))).toThrow(new RangeError(error));
  });
});

describe('reading', () => {
  test('takes what other writers write: padded header, data_offsets first, several types', () => {
    const header =
      '{"b":{"data_offsets":[4,6],"dtype":"I8","shape":[2]},"__metadata__":{"format":"pt"},' +
      '"a":{"dtype":"I32","shape":[1,1],"data_offsets":[0,4]}}   ';
    const { tensors: read, metadata } = decodeSafetensors(fileOf(header, [1, 1, 0, 0, 255, 7]));
    expect(read.get('a')).toEqual({ dtype: 'I32', shape: [1, 1], data: Int32Array.of(257) });
    expect(read.get('b')).toEqual({ dtype: 'I8', shape: [2], data: Int8Array.of(-1, 7) });
    expect({ ...metadata }).toEqual({ format: 'pt' });
  });

  test('takes a file of the Python package', () => {
    // safetensors 0.8.0: save_file({ b: arange(6, float16).reshape(2, 3), a: int64 [1, 2], c: True,
    // z: zeros((0, 3), float32) }, metadata { x: 'ü' })
    const base64 =
      'AAEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJ4Ijoiw7wifSwiYSI6eyJkdHlwZSI6Ikk2NCIsInNoYXBlIjpbMl0sImRhdGFf' +
      'b2Zmc2V0cyI6WzAsMTZdfSwieiI6eyJkdHlwZSI6IkYzMiIsInNoYXBlIjpbMCwzXSwiZGF0YV9vZmZzZXRzIjpbMTYsMTZd' +
      'fSwiYiI6eyJkdHlwZSI6IkYxNiIsInNoYXBlIjpbMiwzXSwiZGF0YV9vZmZzZXRzIjpbMTYsMjhdfSwiYyI6eyJkdHlwZSI6' +
      'IkJPT0wiLCJzaGFwZSI6W10sImRhdGFfb2Zmc2V0cyI6WzI4LDI5XX19ICAgICAgAQAAAAAAAAACAAAAAAAAAAAAADwAQABC' +
      'AEQARQE=';
    const { tensors: read, metadata } = decodeSafetensors(Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0)));
    expect(read.get('a')).toEqual({ dtype: 'I64', shape: [2], data: BigInt64Array.of(1n, 2n) });
    const halves = Uint16Array.of(0, 0x3c00, 0x4000, 0x4200, 0x4400, 0x4500); // 0 to 5
    expect(read.get('b')).toEqual({ dtype: 'F16', shape: [2, 3], data: halves });
    expect(read.get('c')).toEqual({ dtype: 'BOOL', shape: [], data: Uint8Array.of(1) });
    expect(read.get('z')).toEqual({ dtype: 'F32', shape: [0, 3], data: new Float32Array() });
    expect({ ...metadata }).toEqual({ x: 'ü' });
  });

  test('takes an empty file of the format', () => {
    expect(decodeSafetensors(fileOf('{}')).tensors.size).toBe(0);
  });

  test('copies: the result neither shares nor needs aligned bytes', () => {
    const bytes = encodeSafetensors(tensors({ w: { dtype: 'F64', shape: [1], data: Float64Array.of(3) } }));
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    const read = decodeSafetensors(shifted.subarray(3));
    shifted.fill(0);
    expect(read.tensors.get('w')?.data).toEqual(Float64Array.of(3));
  });

  test('keeps names that mean something to JavaScript', () => {
    const header = '{"__proto__":{"dtype":"U8","shape":[],"data_offsets":[0,1]},"__metadata__":{"__proto__":"x"}}';
    const { tensors: read, metadata } = decodeSafetensors(fileOf(header, [9]));
    expect(read.get('__proto__')?.data).toEqual(Uint8Array.of(9));
    expect(metadata.constructor).toBeUndefined();
    expect(Object.entries(metadata)).toEqual([['__proto__', 'x']]);
  });
});

describe('fuzzing (the slow suite runs far more)', () => {
  test('what is written is read back, bit for bit', () => {
    fuzzRoundTrip(500, 1);
  });
  test('random bytes', () => {
    fuzzBytes(2000, 2);
  });
  test('valid files with bytes changed, cut or repeated', () => {
    fuzzSpoiledFiles(2000, 3);
  });
  test('headers of JSON in all shapes', () => {
    fuzzHeaders(2000, 4);
  });
});
