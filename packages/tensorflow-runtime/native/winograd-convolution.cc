// A TensorFlow operation of our own: convolutions of 3x3 kernels with stride 1 and zeros around (see winograd.h).
//
//   WinogradConv2D: x [batch, height, width, in], kernel as WinogradKernel gives it, biases [out] and additions [as y],
//                   none or one of each; has_relu -> y [batch, height, width, out] = relu(x * kernel + bias + addition).
//                   level: the highest level of x86-64 whose instructions are used; tests lower it.
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
  explicit Settings(Attributes attributes)
      : num_biases(attributes.Int("num_biases")),
        num_additions(attributes.Int("num_additions")),
        has_relu(attributes.Bool("has_relu")),
        level(attributes.Int("level")) {}
  int64_t num_biases;
  int64_t num_additions;
  bool has_relu;
  int64_t level;
};

// Tiles that one thread computes at a time. Few channels: as many as the second cache holds with their products. Many:
// more, because every such piece reads the whole kernel once. Measured from 64 to 512 channels.
int64_t TilesAtATime(int64_t inputs, int64_t outputs) {
  return std::max<int64_t>(12, (inputs + outputs) / 8 / 6 * 6);
}

template <typename T>
void Convolve(const Settings& settings, const std::vector<Held>& inputs, const Held& y) {
  native::WinogradCall<T> call{};
  call.x = native::TilesIn<T>(inputs[0]);
  call.outputs = y.dim(3);
  call.kernel = inputs[1].data<float>();
  call.bias = settings.num_biases > 0 ? inputs[2].data<T>() : nullptr;
  call.addition = settings.num_additions > 0 ? inputs[2 + settings.num_biases].data<T>() : nullptr;
  call.has_relu = settings.has_relu;
  call.y = y.data<T>();
  const auto convolve = native::LoopsFor<T>(settings.level).convolve;

  const int64_t tiles = native::NumTiles(inputs[0]), threads = NumThreads();
  const int64_t at_a_time = TilesAtATime(call.x.channels, call.outputs);
  const int64_t pieces = (tiles + at_a_time - 1) / at_a_time;
  const int64_t parts = std::min(tiles, (pieces + threads - 1) / threads * threads);  // as much for every thread
  InParallel(static_cast<int>(parts), [&](int part) {
    const int64_t first = tiles * part / parts, count = tiles * (part + 1) / parts - first;
    convolve(call, first, count, native::Scratch(native::WinogradScratch(call.x.channels, call.outputs, count)));
  });
}

void Run(const Settings& settings, TF_OpKernelContext* context, Status* status) {
  const std::vector<Held> inputs = native::Inputs(context, status);
  if (!status->ok()) return;
  const Held& x = inputs[0];
  const Held& kernel = inputs[1];
  if (x.dims() != 4) return status->Fail("x has to be [batch, height, width, channels]");
  if (kernel.dims() != 4 || kernel.dim(0) != kProducts || kernel.dim(2) != x.dim(3) || kernel.dim(3) != kPanel ||
      x.dim(3) % kPanel != 0) {
    return status->Fail("kernel has to be WinogradKernel's, for the channels of x, a multiple of 16");
  }
  const std::vector<int64_t> shape{x.dim(0), x.dim(1), x.dim(2), kernel.dim(1) * kPanel};
  if (settings.num_biases > 0 && inputs[2].size() != shape[3]) return status->Fail("bias has to have one number a channel");
  if (settings.num_additions > 0 && native::ShapeOf(inputs[2 + settings.num_biases]) != shape) {
    return status->Fail("addition has to have the shape of the result");
  }
  const Held y = native::Output(context, 0, x.dtype(), shape, status);
  if (!status->ok()) return;
  if (x.dtype() == TF_FLOAT) return Convolve<float>(settings, inputs, y);
  Convolve<uint16_t>(settings, inputs, y);
}

__attribute__((constructor)) void Register() {
  native::Operation("WinogradConv2D")
      .Attr("T: {float, bfloat16}")
      .Attr("num_biases: int >= 0")
      .Attr("num_additions: int >= 0")
      .Attr("has_relu: bool = false")
      .Attr("level: int = 4")
      .In("x: T")
      .In("kernel: float")
      .In("biases: num_biases * T")
      .In("additions: num_additions * T")
      .Out("y: T")
      .Register<Settings, Run>();
}

}  // namespace
