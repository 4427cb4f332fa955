// float32 and bfloat16 as the loops of this folder read and write them. A bfloat16 is the upper half of a float32.
#pragma once

#include <cstdint>
#include <cstring>

#include "operation-support.h"

namespace native {

struct Bfloat16 {
  uint16_t bits;
};

INLINED float ToFloat(float value) { return value; }

INLINED float ToFloat(Bfloat16 value) {
  const uint32_t bits = static_cast<uint32_t>(value.bits) << 16;
  float result;
  std::memcpy(&result, &bits, sizeof result);
  return result;
}

INLINED void Store(float value, float* target) { *target = value; }

// Rounds to the nearest, ties to even; what is not a number stays so.
INLINED void Store(float value, Bfloat16* target) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  const uint32_t rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
  const uint32_t magnitude = bits & 0x7fffffffu;
  target->bits = static_cast<uint16_t>(magnitude > 0x7f800000u ? 0x7fc0u : rounded);
}

}  // namespace native
