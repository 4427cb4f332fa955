// Convolutions in bfloat16 by the definition, for few pixels at a time: every weight is read once for 16 pixels, and nothing
// is rearranged but the kernel, once. The processor multiplies pairs of neighbouring input channels and adds in float32.
#pragma once

#include <cstdint>

namespace native {

// Output channels of a panel, pixels of a block, and how many of these lie side by side in a row of y.
constexpr int64_t kDirectPanel = 16;
constexpr int64_t kBlockPixels = 16;
constexpr int64_t kQuad = 4;

// Images with channels last; all numbers but sizes are the bits of bfloat16s.
struct DirectCall {
  const uint16_t* x;                // [images, height, width, channels]
  int64_t height, width, channels;
  int64_t inputs;                   // the even number from channels on: a zero stands beside the last of an odd one
  int64_t kernel, stride, padding;  // the kernel's side; zeros on each side of x
  const uint16_t* weights;          // [outputs / kDirectPanel, kernel, kernel, inputs / 2, kDirectPanel, 2]
  const uint16_t* bias;             // [outputs], or null
  const uint16_t* addition;         // as y, or null
  bool has_relu;                    // y = relu(x * kernel + bias + addition)
  uint16_t* y;                      // [images, rows, columns, outputs]
  int64_t rows, columns, outputs;   // rows * columns: a multiple of kBlockPixels, columns of kQuad
};

// A part of y: some blocks, counted over all images, and some panels.
struct DirectPart {
  int64_t first_block, blocks, first_panel, panels;
};

// Whether this processor can run them.
bool HasDirectConvolution();

// Needs HasDirectConvolution(). `scratch` holds an image with its zeros.
void ConvolveDirect(const DirectCall& call, const DirectPart& part, uint16_t* scratch);

}  // namespace native
