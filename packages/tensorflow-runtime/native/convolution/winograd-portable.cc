// The loops of winograd.h for any processor with registers of four numbers.
#define VECTOR_BYTES 16
#define BLOCK_ROWS 2
#define GRADIENT_ROWS 2
#define GRADIENT_PANELS 1
#define BLOCK_PANELS 1
#include "winograd-gradient-loops.h"

namespace native {

WinogradLoops<float> PortableLoops(const float*) {
  return {TilesOf<float>, TransformX<float>, TransformDy<float>, Accumulate<float>, FinishGradient<float>};
}

WinogradLoops<uint16_t> PortableLoops(const uint16_t*) {
  return {TilesOf<uint16_t>, TransformX<uint16_t>, TransformDy<uint16_t>, Accumulate<uint16_t>, FinishGradient<uint16_t>};
}

}  // namespace native
