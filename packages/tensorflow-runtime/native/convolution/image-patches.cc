// The windows of a convolution, one a row, so that its filter gradient is one matrix product:
//
//   ImagePatches: x [batch, height, width, channels]; kernel_size, stride, padding (zeros on each side)
//                   -> [batch * outHeight * outWidth, kernel_size * kernel_size * channels]
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "../support/operation-support.h"

namespace {

using native::Attributes;
using native::Held;
using native::Input;
using native::InParallel;
using native::NumThreads;
using native::Output;
using native::Status;

struct Window {
  explicit Window(Attributes attributes)
      : kernel_size(attributes.Int("kernel_size")),
        stride(attributes.Int("stride")),
        padding(attributes.Int("padding")) {}
  int64_t kernel_size;
  int64_t stride;
  int64_t padding;
};

// Copies the part of each window row that lies inside the image, and writes zeros beside it.
void CopyPatches(const Window& window, const Held& x, int64_t out_height, int64_t out_width, int64_t first,
                 int64_t last, int64_t pixel_bytes, char* target) {
  const int64_t height = x.dim(1), width = x.dim(2), size = window.kernel_size;
  const char* source = x.data<char>();
  for (int64_t patch = first; patch < last; patch++) {
    const int64_t image = patch / (out_height * out_width);
    const int64_t top = patch / out_width % out_height * window.stride - window.padding;
    const int64_t left = patch % out_width * window.stride - window.padding;
    const int64_t from = std::min(size, std::max<int64_t>(0, -left));
    const int64_t to = std::max(from, std::min(size, width - left));
    char* row = target + patch * size * size * pixel_bytes;
    for (int64_t y = top; y < top + size; y++, row += size * pixel_bytes) {
      if (y < 0 || y >= height) {
        std::memset(row, 0, size * pixel_bytes);
        continue;
      }
      std::memset(row, 0, from * pixel_bytes);
      std::memcpy(row + from * pixel_bytes, source + ((image * height + y) * width + left + from) * pixel_bytes,
                  (to - from) * pixel_bytes);
      std::memset(row + to * pixel_bytes, 0, (size - to) * pixel_bytes);
    }
  }
}

void Run(const Window& window, TF_OpKernelContext* context, Status* status) {
  const Held x = Input(context, 0, status);
  if (!status->ok()) return;
  if (x.dims() != 4) return status->Fail("x has to be [batch, height, width, channels]");
  const int64_t margin = 2 * window.padding - window.kernel_size;
  if (x.dim(1) + margin < 0 || x.dim(2) + margin < 0) return status->Fail("the kernel is larger than the padded image");
  const int64_t out_height = (x.dim(1) + margin) / window.stride + 1;
  const int64_t out_width = (x.dim(2) + margin) / window.stride + 1;
  const int64_t patches = x.dim(0) * out_height * out_width;
  const int64_t pixel_bytes = x.dim(3) * TF_DataTypeSize(x.dtype());
  const Held result =
      Output(context, 0, x.dtype(), {patches, window.kernel_size * window.kernel_size * x.dim(3)}, status);
  if (!status->ok()) return;
  const int parts = 2 * NumThreads();
  InParallel(parts, [&](int part) {
    CopyPatches(window, x, out_height, out_width, patches * part / parts, patches * (part + 1) / parts, pixel_bytes,
                result.data<char>());
  });
}

__attribute__((constructor)) void RegisterAll() {
  native::Operation("ImagePatches")
      .Attr("T: {float, bfloat16}")
      .Attr("kernel_size: int >= 1")
      .Attr("stride: int >= 1")
      .Attr("padding: int >= 0")
      .In("x: T")
      .Out("patches: T")
      .Register<Window, Run>();
}

}  // namespace
