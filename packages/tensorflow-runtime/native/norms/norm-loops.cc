// See norm-loops.h.
#include "norm-loops.h"

#include <algorithm>

namespace native {
namespace {

// Rows that are summed in float32 before the sum goes into a float64.
constexpr int64_t kBlock = 64;

// totals[0..C) += sum of (x - shift), totals[C..2C) += sum of its squares, over all rows.
template <typename T>
INLINED void SumsBody(const T* __restrict x, const float* __restrict shift, int64_t rows, int64_t channels,
                      float* __restrict sums, double* __restrict totals) {
  float* squares = sums + channels;
  for (int64_t start = 0; start < rows; start += kBlock) {
    const int64_t stop = std::min(rows, start + kBlock);
    std::fill_n(sums, 2 * channels, 0.0f);
    int64_t row = start;
    for (; row + 4 <= stop; row += 4) {
      const T* r0 = x + row * channels;
      const T* r1 = r0 + channels;
      const T* r2 = r1 + channels;
      const T* r3 = r2 + channels;
#pragma GCC ivdep
      for (int64_t c = 0; c < channels; c++) {
        const float a = ToFloat(r0[c]) - shift[c], b = ToFloat(r1[c]) - shift[c];
        const float d = ToFloat(r2[c]) - shift[c], e = ToFloat(r3[c]) - shift[c];
        sums[c] += (a + b) + (d + e);
        squares[c] += (a * a + b * b) + (d * d + e * e);
      }
    }
    for (; row < stop; row++) {
#pragma GCC ivdep
      for (int64_t c = 0; c < channels; c++) {
        const float a = ToFloat(x[row * channels + c]) - shift[c];
        sums[c] += a;
        squares[c] += a * a;
      }
    }
    for (int64_t c = 0; c < 2 * channels; c++) totals[c] += sums[c];
  }
}

// y = act((x - mean) * factor + beta + residual)
template <typename T, bool kRelu, bool kResidual>
INLINED void NormalizeBody(const T* __restrict x, const T* __restrict residual, const float* __restrict mean,
                           const float* __restrict factor, const float* __restrict beta, int64_t rows,
                           int64_t channels, T* __restrict y) {
  for (int64_t row = 0; row < rows; row++) {
    const int64_t at = row * channels;
#pragma GCC ivdep
    for (int64_t c = 0; c < channels; c++) {
      float value = (ToFloat(x[at + c]) - mean[c]) * factor[c] + beta[c];
      if (kResidual) value += ToFloat(residual[at + c]);
      if (kRelu) value = value < 0.0f ? 0.0f : value;  // what is not a number stays so
      Store(value, y + at + c);
    }
  }
}

// totals[0..C) += sum of g, totals[C..2C) += sum of g * (x - mean); g is dy where y is above 0, kept in `masked`.
template <typename T, bool kRelu, bool kResidual>
INLINED void GradientSumsBody(const T* __restrict dy, const T* __restrict x, const T* __restrict y,
                              const float* __restrict mean, int64_t rows, int64_t channels, float* __restrict sums,
                              double* __restrict totals, T* __restrict masked) {
  float* products = sums + channels;
  for (int64_t start = 0; start < rows; start += kBlock) {
    const int64_t stop = std::min(rows, start + kBlock);
    std::fill_n(sums, 2 * channels, 0.0f);
    for (int64_t row = start; row < stop; row++) {
      const int64_t at = row * channels;
#pragma GCC ivdep
      for (int64_t c = 0; c < channels; c++) {
        float g = ToFloat(dy[at + c]);
        if (kRelu) g = ToFloat(y[at + c]) > 0.0f ? g : 0.0f;
        if (kResidual) Store(g, masked + at + c);
        sums[c] += g;
        products[c] += g * (ToFloat(x[at + c]) - mean[c]);
      }
    }
    for (int64_t c = 0; c < 2 * channels; c++) totals[c] += sums[c];
  }
}

}  // namespace

// The bodies for each type and instruction set.
#define FOR_TYPE(T)                                                                                                    \
  FOR_EACH_CPU void Sums(const T* x, const float* shift, int64_t rows, int64_t channels, float* sums,                  \
                         double* totals) {                                                                             \
    SumsBody(x, shift, rows, channels, sums, totals);                                                                  \
  }                                                                                                                    \
  FOR_EACH_CPU void Normalize(const T* x, const T* residual, const float* mean, const float* factor,                   \
                              const float* beta, bool relu, int64_t rows, int64_t channels, T* y) {                    \
    if (relu && residual != nullptr) {                                                                                 \
      NormalizeBody<T, true, true>(x, residual, mean, factor, beta, rows, channels, y);                                \
    } else if (relu) {                                                                                                 \
      NormalizeBody<T, true, false>(x, residual, mean, factor, beta, rows, channels, y);                               \
    } else if (residual != nullptr) {                                                                                  \
      NormalizeBody<T, false, true>(x, residual, mean, factor, beta, rows, channels, y);                               \
    } else {                                                                                                           \
      NormalizeBody<T, false, false>(x, residual, mean, factor, beta, rows, channels, y);                              \
    }                                                                                                                  \
  }                                                                                                                    \
  FOR_EACH_CPU void GradientSums(const T* dy, const T* x, const T* y, const float* mean, int64_t rows,                 \
                                 int64_t channels, float* sums, double* totals, T* masked) {                           \
    if (y != nullptr && masked != nullptr) {                                                                           \
      GradientSumsBody<T, true, true>(dy, x, y, mean, rows, channels, sums, totals, masked);                           \
    } else if (y != nullptr) {                                                                                         \
      GradientSumsBody<T, true, false>(dy, x, y, mean, rows, channels, sums, totals, masked);                          \
    } else if (masked != nullptr) {                                                                                    \
      GradientSumsBody<T, false, true>(dy, x, y, mean, rows, channels, sums, totals, masked);                          \
    } else {                                                                                                           \
      GradientSumsBody<T, false, false>(dy, x, y, mean, rows, channels, sums, totals, masked);                         \
    }                                                                                                                  \
  }

FOR_TYPE(float)
FOR_TYPE(Bfloat16)

}  // namespace native
