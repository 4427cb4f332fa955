// The loops of winograd.h for processors with AVX2: 12 sums of 8 numbers in the 16 registers.
#include "../support/instruction-sets.h"

#ifdef HAS_X86_LEVELS
#include <cstdint>

BEGIN_TARGET(X86_LEVEL_3)
CONTRACT_PRODUCTS
#define VECTOR_BYTES 32
#define BLOCK_ROWS 6
#define GRADIENT_ROWS 4
#define GRADIENT_PANELS 1
#define BLOCK_PANELS 1
#include "winograd-gradient-loops.h"

namespace native {

WinogradLoops<float> Avx2Loops(const float*) {
  return {TilesOf<float>, TransformX<float>, TransformDy<float>, Accumulate<float>, FinishGradient<float>};
}

WinogradLoops<uint16_t> Avx2Loops(const uint16_t*) {
  return {TilesOf<uint16_t>, TransformX<uint16_t>, TransformDy<uint16_t>, Accumulate<uint16_t>, FinishGradient<uint16_t>};
}

}  // namespace native
END_TARGET
#endif
