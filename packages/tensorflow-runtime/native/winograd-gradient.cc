// A TensorFlow operation of our own: the gradient of WinogradConv2D's convolution with respect to its kernel (see
// winograd.h).
//
//   WinogradFilterGrad: x [batch, height, width, in], dy [batch, height, width, out] -> gradient [3, 3, in, out]
//
// level: as WinogradConv2D's.
#include <algorithm>
#include <cstdint>
#include <vector>

#include "kernel-support.h"
#include "winograd-support.h"

namespace {

using native::Attributes;
using native::Held;
using native::InParallel;
using native::kPanel;
using native::kProducts;
using native::NumThreads;
using native::Status;

struct Settings {
  explicit Settings(Attributes attributes) : level(attributes.Int("level")) {}
  int64_t level;
};

// Numbers of transformed patches and tiles that are kept at a time: as many as the caches hold, but so many that the sums
// are seldom read and written. The same for any number of threads, because sums go chunk by chunk.
int64_t ChunkSize(int64_t num_products) { return std::max<int64_t>(1 << 20, 2 * num_products); }

template <typename T>
void Differentiate(const Settings& settings, const std::vector<Held>& inputs, const Held& gradient) {
  native::WinogradGradientCall<T> call{};
  call.x = native::TilesIn<T>(inputs[0]);
  call.dy = native::TilesIn<T>(inputs[1]);
  call.gradient = gradient.data<T>();
  const native::WinogradLoops<T> loops = native::LoopsFor<T>(settings.level);
  const int64_t tiles = native::NumTiles(inputs[0]), channels = call.x.channels + call.dy.channels;
  const int64_t num_products = kProducts * call.x.channels * call.dy.channels, size = ChunkSize(num_products);
  const int64_t chunks = std::max<int64_t>(1, (tiles * kProducts * channels + size / 2) / size);
  const int64_t largest = (tiles + chunks - 1) / chunks, parts = 4 * NumThreads();
  call.products = native::Scratch(num_products + kProducts * channels * largest);
  call.patches = call.products + num_products;
  for (int64_t chunk = 0; chunk < chunks; chunk++) {
    call.first = tiles * chunk / chunks;
    call.count = tiles * (chunk + 1) / chunks - call.first;
    call.tiles = call.patches + kProducts * call.x.channels * call.count;
    InParallel(static_cast<int>(parts), [&](int part) {
      loops.transform(call, call.count * part / parts, call.count * (part + 1) / parts);
    });
    InParallel(kProducts, [&](int product) { loops.accumulate(call, product, chunk == 0); });
  }
  InParallel(static_cast<int>(parts), [&](int part) {
    loops.finish(call, call.x.channels * part / parts, call.x.channels * (part + 1) / parts);
  });
}

void Run(const Settings& settings, TF_OpKernelContext* context, Status* status) {
  const std::vector<Held> inputs = native::Inputs(context, status);
  if (!status->ok()) return;
  const Held& x = inputs[0];
  const Held& dy = inputs[1];
  if (x.dims() != 4 || dy.dims() != 4 || x.dim(0) != dy.dim(0) || x.dim(1) != dy.dim(1) || x.dim(2) != dy.dim(2)) {
    return status->Fail("x and dy have to be [batch, height, width, channels] of the same images");
  }
  if (x.dim(3) % kPanel != 0 || dy.dim(3) % kPanel != 0) return status->Fail("channels have to be a multiple of 16");
  const Held gradient = native::Output(context, 0, x.dtype(), {3, 3, x.dim(3), dy.dim(3)}, status);
  if (!status->ok()) return;
  if (x.dtype() == TF_FLOAT) return Differentiate<float>(settings, inputs, gradient);
  Differentiate<uint16_t>(settings, inputs, gradient);
}

__attribute__((constructor)) void Register() {
  native::Operation("WinogradFilterGrad")
      .Attr("T: {float, bfloat16}")
      .Attr("level: int = 4")
      .In("x: T")
      .In("dy: T")
      .Out("gradient: T")
      .Register<Settings, Run>();
}

}  // namespace
