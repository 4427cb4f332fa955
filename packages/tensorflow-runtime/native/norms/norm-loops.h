// The passes over memory that norms consist of, each with factors a channel: what differs between norms is where those
// factors come from. Rows are [rows, channels] without gaps; T is float or Bfloat16.
#pragma once

#include <cstdint>

#include "../support/operation-support.h"
#include "../support/numbers.h"

namespace native {

#define DECLARE_FOR_TYPE(T)                                                                                            \
  /* totals[0..C) += sum of (x - shift), totals[C..2C) += sum of its squares; sums: 2 * C floats to work in. */        \
  void Sums(const T* x, const float* shift, int64_t rows, int64_t channels, float* sums, double* totals);              \
  /* y = act((x - mean) * factor + beta + residual); residual may be null, act is ReLU or nothing. */                  \
  void Normalize(const T* x, const T* residual, const float* mean, const float* factor, const float* beta, bool relu,  \
                 int64_t rows, int64_t channels, T* y);                                                                \
  /* totals[0..C) += sum of g, totals[C..2C) += sum of g * (x - mean). g is dy, where y is given only where that is */ \
  /* above 0; g is kept in `masked`, unless that is null. */                                                           \
  void GradientSums(const T* dy, const T* x, const T* y, const float* mean, int64_t rows, int64_t channels,            \
                    float* sums, double* totals, T* masked);

DECLARE_FOR_TYPE(float)
DECLARE_FOR_TYPE(Bfloat16)

#undef DECLARE_FOR_TYPE

}  // namespace native
