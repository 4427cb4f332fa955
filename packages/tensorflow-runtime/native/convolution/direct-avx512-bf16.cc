// The loops of direct-convolution.h for processors that multiply bfloat16 in AVX-512 (avx512_bf16).
#include "direct-convolution.h"

#include "../support/instruction-sets.h"

#ifdef HAS_X86_LEVELS
#include <immintrin.h>

#include <cstring>

BEGIN_TARGET(X86_BFLOAT16)
#define VECTOR_BYTES 64
#include "../support/vectors.h"

namespace native {
namespace {

// Weights are asked for so many bytes before they are needed: they come from memory once, in order.
constexpr int64_t kWeightsAhead = 4096;

typedef const char* Pixels;

ALWAYS_INLINED __m512 AddProducts(__m512 sum, __m512bh weights, Pixels pair) {
  int32_t channels;
  std::memcpy(&channels, pair, sizeof channels);
  return _mm512_dpbf16_ps(sum, weights, (__m512bh)_mm512_set1_epi32(channels));
}

// Sums of one panel for the pixels of a block. `step`: bytes from one pixel of a quad to the next; `row`: from one row of x
// to the next.
ALWAYS_INLINED void SumBlock(const DirectCall& call, const Pixels (&quads)[kBlockPixels / kQuad], int64_t step, int64_t row,
                             const uint16_t* weights, __m512 (&sums)[kBlockPixels]) {
  const int64_t pixel = call.inputs * sizeof(uint16_t), step3 = 3 * step;
#pragma GCC unroll 16
  for (int i = 0; i < kBlockPixels; i++) sums[i] = _mm512_setzero_ps();
  for (int64_t i = 0; i < call.kernel; i++) {
    for (int64_t j = 0; j < call.kernel; j++) {
      const int64_t tap = i * row + j * pixel;
      Pixels pixels[] = {quads[0] + tap, quads[1] + tap, quads[2] + tap, quads[3] + tap};
      for (const Pixels end = pixels[0] + pixel; pixels[0] < end; weights += 2 * kDirectPanel) {
        const __m512bh panel = (__m512bh)_mm512_loadu_si512(weights);
        _mm_prefetch(reinterpret_cast<const char*>(weights) + kWeightsAhead, _MM_HINT_T0);
#pragma GCC unroll 4
        for (int q = 0; q < 4; q++) {
          __m512* const sum = sums + q * kQuad;
          sum[0] = AddProducts(sum[0], panel, pixels[q]);
          sum[1] = AddProducts(sum[1], panel, pixels[q] + step);
          sum[2] = AddProducts(sum[2], panel, pixels[q] + 2 * step);
          sum[3] = AddProducts(sum[3], panel, pixels[q] + step3);
          pixels[q] += 2 * sizeof(uint16_t);
        }
      }
    }
  }
}

// Nothing of <algorithm> here: its functions would be compiled for this processor, and may be shared with other files.
ALWAYS_INLINED void Zero(uint16_t* target, int64_t count) { std::memset(target, 0, count * sizeof *target); }

ALWAYS_INLINED void Copy(const uint16_t* source, int64_t count, uint16_t* target) {
  std::memcpy(target, source, count * sizeof *target);
}

// Rows of one image with zeros around: `count` rows from `top` on.
void PadRows(const DirectCall& call, const uint16_t* image, int64_t top, int64_t count, uint16_t* padded) {
  const int64_t side = call.padding * call.inputs, line = call.width * call.inputs;
  for (int64_t i = top; i < top + count; i++, padded += line + 2 * side) {
    if (i < 0 || i >= call.height) {
      Zero(padded, line + 2 * side);
      continue;
    }
    const uint16_t* const source = image + i * call.width * call.channels;
    uint16_t* const target = padded + side;
    Zero(padded, side);
    if (call.channels == call.inputs) {
      Copy(source, line, target);
    } else {
      Zero(target, line);
      for (int64_t j = 0; j < call.width; j++) {
        Copy(source + j * call.channels, call.channels, target + j * call.inputs);
      }
    }
    Zero(target + line, side);
  }
}

}  // namespace

bool HasDirectConvolution() { return X86Level() == 4 && __builtin_cpu_supports("avx512bf16"); }

void ConvolveDirect(const DirectCall& call, const DirectPart& part, uint16_t* scratch) {
  const int64_t image_blocks = call.rows * call.columns / kBlockPixels, end = part.first_block + part.blocks;
  const int64_t row_pixels = call.width + 2 * call.padding, row = row_pixels * call.inputs * sizeof(uint16_t);
  const int64_t step = call.stride * call.inputs * sizeof(uint16_t);
  const int64_t panel_size = call.kernel * call.kernel * call.inputs * kDirectPanel;
  for (int64_t start = part.first_block, stop; start < end; start = stop) {
    const int64_t image = start / image_blocks;
    stop = (image + 1) * image_blocks < end ? (image + 1) * image_blocks : end;
    const int64_t first = start * kBlockPixels - image * call.rows * call.columns;
    const int64_t last = first + (stop - start) * kBlockPixels - 1;
    const int64_t top_row = first / call.columns;
    const int64_t top = top_row * call.stride - call.padding;
    const uint16_t* const image_pixels = call.x + image * call.height * call.width * call.channels;
    const uint16_t* pixels = image_pixels + top * call.width * call.channels;
    if (call.padding > 0 || call.channels != call.inputs) {
      const int64_t count = (last / call.columns - top_row) * call.stride + call.kernel;
      PadRows(call, image_pixels, top, count, scratch);
      pixels = scratch;
    }
    for (int64_t panel = part.first_panel; panel < part.first_panel + part.panels; panel++) {
      for (int64_t block = start; block < stop; block++) {
        Pixels quads[kBlockPixels / kQuad];
        for (int q = 0; q < kBlockPixels / kQuad; q++) {
          const int64_t pixel = first + (block - start) * kBlockPixels + q * kQuad;
          quads[q] = reinterpret_cast<Pixels>(pixels) + (pixel / call.columns - top_row) * call.stride * row +
                     pixel % call.columns * step;
        }
        __m512 sums[kBlockPixels];
        SumBlock(call, quads, step, row, call.weights + panel * panel_size, sums);
        const int64_t channel = panel * kDirectPanel;
#pragma GCC unroll 16
        for (int i = 0; i < kBlockPixels; i++) {
          SaveResult(call, sums[i], (block * kBlockPixels + i) * call.outputs + channel, channel);
        }
      }
    }
  }
}

}  // namespace native
END_TARGET
#else

namespace native {

bool HasDirectConvolution() { return false; }

void ConvolveDirect(const DirectCall&, const DirectPart&, uint16_t*) {}

}  // namespace native
#endif
