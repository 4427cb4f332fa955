// What the operations by Winograd's algorithm share: the loops for this processor, and memory for them.
#pragma once

#include <algorithm>
#include <cstdint>

#include "../support/operation-support.h"
#include "winograd.h"

namespace native {

// The fastest loops that this processor can run, of the given level of x86-64 or below.
template <typename T>
WinogradLoops<T> LoopsFor(int64_t level) {
  const T* type = nullptr;
#ifdef HAS_X86_LEVELS
  if (level >= 4 && X86Level() == 4) return Avx512Loops(type);
  if (level >= 3 && X86Level() >= 3) return Avx2Loops(type);
#endif
  return PortableLoops(type);
}

// A tensor [images, height, width, channels] by tiles.
template <typename T>
TiledImages<T> TilesIn(const Held& tensor) {
  const int64_t height = tensor.dim(1), width = tensor.dim(2);
  return {tensor.data<T>(), height, width, tensor.dim(3), (height + kTile - 1) / kTile, (width + kTile - 1) / kTile};
}

inline int64_t NumTiles(const Held& tensor) {
  return tensor.dim(0) * ((tensor.dim(1) + kTile - 1) / kTile) * ((tensor.dim(2) + kTile - 1) / kTile);
}

// Output channels at a time, so that what belongs to them, kProducts numbers for each pair of channels, keeps to the last
// cache, and memory to what it is with TensorFlow's own convolutions.
inline int64_t OutputsAtATime(int64_t inputs, int64_t outputs) {
  return std::min(outputs, std::max<int64_t>(4 * kPanel, (int64_t{1} << 21) / (kProducts * inputs) / kPanel * kPanel));
}

// A kernel [3, 3, inputs, outputs] of which some panels are transformed. For the gradient with respect to x it is turned
// round, with its channels changed over.
template <typename T>
struct KernelSlice {
  const T* kernel;
  bool is_gradient;
  int64_t depth, columns;       // channels that are summed over, and that come out
  int64_t first_panel, panels;  // of those that come out
};

// To [kProducts, panels, depth, kPanel].
void TransformPanels(const KernelSlice<float>& slice, float* transformed);
void TransformPanels(const KernelSlice<uint16_t>& slice, float* transformed);

}  // namespace native
