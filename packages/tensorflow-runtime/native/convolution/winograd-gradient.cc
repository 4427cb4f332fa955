// A TensorFlow operation of our own: the gradient of WinogradConv2D's convolution with respect to its kernel (see
// winograd.h).
//
//   WinogradFilterGrad: x [batch, height, width, in], dy [batch, height, width, out] -> gradient [3, 3, in, out]
//
// level: as WinogradConv2D's.
#include <algorithm>
#include <cstdint>
#include <vector>

#include "../support/operation-support.h"
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

// Tiles at a time: the caches hold their patches, but sums are not read and written too often. The same for any number of
// threads, because sums go chunk by chunk.
int64_t NumChunks(int64_t tiles, int64_t inputs, int64_t outputs) {
  const int64_t size = std::max<int64_t>(1 << 20, 2 * kProducts * inputs * outputs);
  return std::max<int64_t>(1, (tiles * kProducts * (inputs + outputs) + size / 2) / size);
}

template <typename T>
void Differentiate(const Settings& settings, const std::vector<Held>& tensors, const Held& gradient) {
  const native::WinogradLoops<T> loops = native::LoopsFor<T>(settings.level);
  native::WinogradGradientCall<T> call{};
  call.x = native::TilesIn<T>(tensors[0]);
  call.dy = native::TilesIn<T>(tensors[1]);
  call.gradient = gradient.data<T>();
  const int64_t inputs = call.x.channels, outputs = call.dy.channels, at_a_time = native::OutputsAtATime(inputs, outputs);
  const int64_t tiles = native::NumTiles(tensors[0]), chunks = NumChunks(tiles, inputs, at_a_time);
  const int64_t largest = (tiles + chunks - 1) / chunks;
  call.products = native::Scratch(kProducts * (inputs * at_a_time + (inputs + at_a_time) * largest));
  call.patches = call.products + kProducts * inputs * at_a_time;
  call.tiles = call.patches + kProducts * inputs * largest;

  const int parts = 4 * NumThreads();
  const auto in_parts = [&](int64_t size, void (*work)(const native::WinogradGradientCall<T>&, int64_t, int64_t)) {
    InParallel(parts, [&](int part) { work(call, size * part / parts, size * (part + 1) / parts); });
  };
  for (call.from = 0; call.from < outputs; call.from += at_a_time) {
    call.outputs = std::min(at_a_time, outputs - call.from);
    for (int64_t chunk = 0; chunk < chunks; chunk++) {
      call.first = tiles * chunk / chunks;
      call.count = tiles * (chunk + 1) / chunks - call.first;
      if (chunks > 1 || call.from == 0) in_parts(call.count, loops.transform_x);
      in_parts(call.count, loops.transform_dy);
      InParallel(kProducts, [&](int product) { loops.accumulate(call, product, chunk == 0); });
    }
    in_parts(inputs, loops.finish);
  }
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
