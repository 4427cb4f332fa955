// Numbers side by side, written with the compiler's own vectors. Included once for each instruction set, by a file that
// defines VECTOR_BYTES. Everything is local to that file: no inline function may come out of one into the others' hands.
#pragma once

#include <cstdint>

namespace native {
namespace {

#define ALWAYS_INLINED static inline __attribute__((always_inline))

typedef float Vector __attribute__((vector_size(VECTOR_BYTES)));
typedef float LooseVector __attribute__((vector_size(VECTOR_BYTES), aligned(4), may_alias));
typedef uint32_t Bits __attribute__((vector_size(VECTOR_BYTES)));
typedef uint16_t Halves __attribute__((vector_size(VECTOR_BYTES / 2)));
typedef uint16_t LooseHalves __attribute__((vector_size(VECTOR_BYTES / 2), aligned(2), may_alias));

constexpr int kLanes = VECTOR_BYTES / sizeof(float);

ALWAYS_INLINED Vector Load(const float* source) { return *reinterpret_cast<const LooseVector*>(source); }

ALWAYS_INLINED Vector Load(const uint16_t* source) {
  const Halves halves = *reinterpret_cast<const LooseHalves*>(source);
  return reinterpret_cast<Vector>(__builtin_convertvector(halves, Bits) << 16);
}

ALWAYS_INLINED void Save(Vector value, float* target) { *reinterpret_cast<LooseVector*>(target) = value; }

// Rounds to the nearest, ties to even; what is not a number stays so.
ALWAYS_INLINED void Save(Vector value, uint16_t* target) {
  const Bits bits = reinterpret_cast<Bits>(value);
  const Bits rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
  const Bits kept = (bits & 0x7fffffffu) > 0x7f800000u ? (bits & 0) + 0x7fc0u : rounded;
  *reinterpret_cast<LooseHalves*>(target) = __builtin_convertvector(kept, Halves);
}

// What comes behind a convolution, for the numbers at `at` of y.
template <typename Call>
ALWAYS_INLINED void SaveResult(const Call& call, Vector value, int64_t at, int64_t channel) {
  if (call.bias != nullptr) value += Load(call.bias + channel);
  if (call.addition != nullptr) value += Load(call.addition + at);
  if (call.has_relu) value = value < 0.0f ? Vector{} : value;
  Save(value, call.y + at);
}

}  // namespace
}  // namespace native
