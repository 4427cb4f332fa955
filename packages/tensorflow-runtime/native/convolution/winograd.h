// Convolutions of 3x3 kernels with stride 1 and zeros around by Winograd's minimal filtering F(4x4, 3x3): 36 products for
// 16 pixels where the definition takes 144 (Lavin and Gray 2015, section 4, arXiv:1509.09308). A patch of 6x6 pixels is
// transformed, multiplied channel by channel with the transformed kernel, and transformed back into a tile of 4x4 pixels:
//
//   Y = A^T [ sum over input channels of (G k G^T) . (B^T d B) ] A
//
// The gradient with respect to the kernel runs it backwards, with the gradient of a tile in Y's place:
//
//   dK = G^T [ sum over tiles of (B^T d B) . (A dY A^T) ] G
//
// Nothing here but plain data: the loops behind it are compiled once for each instruction set.
#pragma once

#include <cstdint>

namespace native {

// Pixels of a result along a tile's side, and along the patch of x behind it.
constexpr int64_t kTile = 4;
constexpr int64_t kPatch = 6;
constexpr int64_t kProducts = kPatch * kPatch;

// Kernels are kept in panels of so many output channels.
constexpr int64_t kPanel = 16;

// Images with channels last. T: float, or uint16_t for the bits of a bfloat16; sums are kept in float either way.
template <typename T>
struct TiledImages {
  const T* pixels;                  // [images, height, width, channels]
  int64_t height, width, channels;  // channels: a multiple of kPanel
  int64_t tile_rows, tile_columns;  // of an image
};

// Some of y's channels, with all of its pixels.
template <typename T>
struct WinogradCall {
  TiledImages<T> x;
  int64_t channels;       // of y
  int64_t from, outputs;  // those that are computed, multiples of kPanel
  const float* kernel;    // [kProducts, outputs / kPanel, inputs, kPanel], the first of them at `from`
  int64_t kernel_step;    // from one of kProducts to the next
  const T* bias;          // [channels], or null
  const T* addition;      // as y, or null
  bool has_relu;          // y = relu(x * kernel + bias + addition)
  T* y;                   // [images, height, width, channels]
};

// The gradient of some output channels, summed up over one chunk of tiles after the other.
template <typename T>
struct WinogradGradientCall {
  TiledImages<T> x, dy;
  int64_t from, outputs;  // of dy's channels
  int64_t first, count;   // the chunk
  float* patches;         // [kProducts, inputs / kPanel, count, kPanel]
  float* tiles;           // [kProducts, outputs / kPanel, count, kPanel]
  float* products;        // [kProducts, inputs, outputs]
  T* gradient;            // [3, 3, inputs, channels of dy]
};

// Elements of the scratch memory that `count` tiles take.
constexpr int64_t WinogradScratch(int64_t inputs, int64_t outputs, int64_t count) {
  return kProducts * (inputs + outputs) * count;
}

// The loops for one instruction set.
template <typename T>
struct WinogradLoops {
  // The tiles first ... first + count - 1 of y, counted over all images. A pixel's bits do not depend on the others.
  void (*convolve)(const WinogradCall<T>& call, int64_t first, int64_t count, float* scratch);
  // patches or tiles from start to stop, counted in the chunk.
  void (*transform_x)(const WinogradGradientCall<T>& call, int64_t start, int64_t stop);
  void (*transform_dy)(const WinogradGradientCall<T>& call, int64_t start, int64_t stop);
  // One of products: the chunk's sum, added to what is there unless it is the first.
  void (*accumulate)(const WinogradGradientCall<T>& call, int64_t product, bool is_first);
  // The gradient of the input channels from start to stop.
  void (*finish)(const WinogradGradientCall<T>& call, int64_t start, int64_t stop);
};

// The pointer, which may be null, tells the type alone.
WinogradLoops<float> Avx512Loops(const float*);
WinogradLoops<uint16_t> Avx512Loops(const uint16_t*);
WinogradLoops<float> Avx2Loops(const float*);
WinogradLoops<uint16_t> Avx2Loops(const uint16_t*);
WinogradLoops<float> PortableLoops(const float*);
WinogradLoops<uint16_t> PortableLoops(const uint16_t*);

}  // namespace native
