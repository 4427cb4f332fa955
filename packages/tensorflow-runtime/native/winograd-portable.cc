// The loops of winograd.h for any processor with registers of four numbers.
#define VECTOR_BYTES 16
#define BLOCK_ROWS 2
#define BLOCK_PANELS 1
#include "winograd-loops.h"

namespace native {

WinogradLoops<float> PortableLoops(const float*) { return {TilesOf<float>}; }

WinogradLoops<uint16_t> PortableLoops(const uint16_t*) { return {TilesOf<uint16_t>}; }

}  // namespace native
