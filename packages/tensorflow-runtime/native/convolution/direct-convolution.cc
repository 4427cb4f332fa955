// TensorFlow operations of our own: convolutions in bfloat16 by the definition (see direct-convolution.h).
//
//   DirectKernel:       kernel [side, side, in, out], float32 -> bfloat16 [out / 16, side, side, in / 2, 16, 2], in / 2
//                       rounded up: a zero stands beside the last channel of an odd number
//   FrozenDirectConv2D: x [batch, height, width, in], kernel as DirectKernel gives it, biases [out] and additions [as y],
//                       none or one of each; stride, padding, has_relu -> y = relu(x * kernel + bias + addition)
#include <algorithm>
#include <cstdint>
#include <vector>

#include "direct-convolution.h"
#include "frozen-convolution.h"
#include "../support/operation-support.h"
#include "../support/numbers.h"

namespace {

using native::Attributes;
using native::Bfloat16;
using native::DirectCall;
using native::Held;
using native::kDirectPanel;
using native::NoSettings;
using native::NumThreads;
using native::Status;

void RunKernel(const NoSettings&, TF_OpKernelContext* context, Status* status) {
  const Held kernel = native::Input(context, 0, status);
  if (!status->ok()) return;
  if (kernel.dims() != 4 || kernel.dim(0) != kernel.dim(1) || kernel.dim(3) % kDirectPanel != 0) {
    return status->Fail("kernel has to be [side, side, in, out], out a multiple of 16");
  }
  const int64_t side = kernel.dim(0), channels = kernel.dim(2), outputs = kernel.dim(3), panels = outputs / kDirectPanel;
  const int64_t pairs = (channels + 1) / 2;
  const Held packed = native::Output(context, 0, TF_BFLOAT16, {panels, side, side, pairs, kDirectPanel, 2}, status);
  if (!status->ok()) return;
  native::InParallel(static_cast<int>(panels), [&](int panel) {
    auto* target = packed.data<Bfloat16>() + panel * side * side * pairs * kDirectPanel * 2;
    for (int64_t tap = 0; tap < side * side; tap++) {
      for (int64_t k = 0; k < 2 * pairs; k++) {
        const int64_t first = (tap * channels + k) * outputs + panel * kDirectPanel;
        auto* const pair = target + (tap * pairs + k / 2) * kDirectPanel * 2;
        for (int64_t lane = 0; lane < kDirectPanel; lane++) {
          native::Store(k < channels ? kernel.data<float>()[first + lane] : 0, pair + lane * 2 + k % 2);
        }
      }
    }
  });
}

struct Settings : native::FrozenConvolution {
  explicit Settings(Attributes attributes)
      : native::FrozenConvolution(attributes), stride(attributes.Int("stride")), padding(attributes.Int("padding")) {}
  int64_t stride, padding;
};

// At least as many parts as threads, by output channels first: then every weight is read once, or once a row of parts.
void Convolve(const DirectCall& call, int64_t images, native::Next next) {
  const int64_t panels = call.outputs / kDirectPanel, threads = NumThreads();
  const int64_t blocks = images * call.rows * call.columns / native::kBlockPixels;
  if (panels == 0 || blocks == 0) return;
  const int64_t columns = std::min(panels, threads), rows = std::min(blocks, (threads + columns - 1) / columns);
  const int64_t padded = (call.height + 2 * call.padding) * (call.width + 2 * call.padding) * call.inputs;
  const auto work = [&](int part) {
    const int64_t row = part / columns, column = part % columns;
    native::DirectPart wanted{};
    wanted.first_block = blocks * row / rows;
    wanted.blocks = blocks * (row + 1) / rows - wanted.first_block;
    wanted.first_panel = panels * column / columns;
    wanted.panels = panels * (column + 1) / columns - wanted.first_panel;
    native::ConvolveDirect(call, wanted, reinterpret_cast<uint16_t*>(native::Scratch((padded + 1) / 2)));
  };
  native::InParallel(static_cast<int>(rows * columns), work, next);
}

void Run(const Settings& settings, TF_OpKernelContext* context, Status* status) {
  const std::vector<Held> tensors = native::Inputs(context, status);
  if (!status->ok()) return;
  const Held& x = tensors[0];
  const Held& kernel = tensors[1];
  if (!native::HasDirectConvolution()) {
    return status->Fail("this processor does not multiply bfloat16, or this compiler made no code for it");
  }
  if (x.dims() != 4) return status->Fail("x has to be [batch, height, width, channels]");
  if (kernel.dims() != 6 || kernel.dim(1) != kernel.dim(2) || kernel.dim(3) != (x.dim(3) + 1) / 2 ||
      kernel.dim(4) != kDirectPanel || kernel.dim(5) != 2) {
    return status->Fail("kernel has to be DirectKernel's, for the channels of x");
  }
  DirectCall call{};
  call.height = x.dim(1), call.width = x.dim(2), call.channels = x.dim(3), call.inputs = 2 * kernel.dim(3);
  call.kernel = kernel.dim(1), call.stride = settings.stride, call.padding = settings.padding;
  call.rows = (call.height + 2 * call.padding - call.kernel) / call.stride + 1;
  call.columns = (call.width + 2 * call.padding - call.kernel) / call.stride + 1;
  call.outputs = kernel.dim(0) * kDirectPanel;
  const int64_t smaller = std::min(call.height, call.width) + 2 * call.padding;
  if (smaller < call.kernel || call.columns % native::kQuad != 0 ||
      call.rows * call.columns % native::kBlockPixels != 0) {
    return status->Fail("the result has to have a multiple of 16 pixels, and of 4 in a row");
  }
  const std::vector<int64_t> shape{x.dim(0), call.rows, call.columns, call.outputs};
  if (!settings.Check(tensors, shape, status)) return;
  const Held y = native::Output(context, 0, TF_BFLOAT16, shape, status);
  if (!status->ok()) return;
  call.x = x.data<uint16_t>();
  call.weights = kernel.data<uint16_t>();
  settings.Fill<uint16_t>(tensors, &call);
  call.y = y.data<uint16_t>();
  Convolve(call, x.dim(0), settings.next());
}

__attribute__((constructor)) void RegisterAll() {
  native::Operation("DirectKernel").In("kernel: float").Out("packed: bfloat16").Register<NoSettings, RunKernel>();
  native::Operation frozen("FrozenDirectConv2D");
  frozen.Attr("T: {bfloat16}").Attr("stride: int >= 1").Attr("padding: int >= 0").In("x: T").In("kernel: T").Out("y: T");
  Settings::Describe(&frozen);
  frozen.Register<Settings, Run>();
}

}  // namespace
