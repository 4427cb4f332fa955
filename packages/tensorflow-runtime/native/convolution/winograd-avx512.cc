// The loops of winograd.h for processors with AVX-512: 24 sums of 16 numbers in the 32 registers.
#include "../support/instruction-sets.h"

#ifdef HAS_X86_LEVELS
#include <cstdint>

BEGIN_TARGET(X86_LEVEL_4)
CONTRACT_PRODUCTS
#define VECTOR_BYTES 64
#define BLOCK_ROWS 6
#define GRADIENT_ROWS 8
#define GRADIENT_PANELS 2
#define BLOCK_PANELS 4
#include "winograd-gradient-loops.h"

namespace native {

WinogradLoops<float> Avx512Loops(const float*) {
  return {TilesOf<float>, TransformX<float>, TransformDy<float>, Accumulate<float>, FinishGradient<float>};
}

WinogradLoops<uint16_t> Avx512Loops(const uint16_t*) {
  return {TilesOf<uint16_t>, TransformX<uint16_t>, TransformDy<uint16_t>, Accumulate<uint16_t>, FinishGradient<uint16_t>};
}

}  // namespace native
END_TARGET
#endif
