// TensorFlow operations of our own: convolutions of 3x3 kernels with stride 1 and zeros around (see winograd.h).
//
//   WinogradConv2D:       x [batch, height, width, in], kernel [3, 3, in, out]; is_gradient -> y [batch, height, width, out].
//                         With is_gradient the gradient with respect to x: x is the gradient of y then, and y that of x.
//   FrozenWinogradConv2D: x, kernel as WinogradKernel gives it, biases [out] and additions [as y], none or one of each;
//                         has_relu -> y = relu(x * kernel + bias + addition)
//
// level: the highest level of x86-64 whose instructions are used; tests lower it.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "frozen-convolution.h"
#include "../support/operation-support.h"
#include "winograd-support.h"

namespace {

using native::Attributes;
using native::Held;
using native::InParallel;
using native::kPanel;
using native::kProducts;
using native::Next;
using native::NumThreads;
using native::Status;
using native::WinogradCall;

// Tiles that one thread computes at a time. Few channels: as many as the second cache holds with their products. Many:
// more, because every such piece reads the whole kernel once. Measured from 64 to 512 channels.
int64_t TilesAtATime(int64_t inputs, int64_t outputs) {
  return std::max<int64_t>(12, std::min<int64_t>(64, (inputs + outputs) / 8 / 6 * 6));
}

template <typename T>
WinogradCall<T> CallOf(const Held& x, const Held& y) {
  WinogradCall<T> call{};
  call.x = native::TilesIn<T>(x);
  call.channels = call.outputs = y.dim(3);
  call.y = y.data<T>();
  return call;
}

template <typename T>
void Convolve(const WinogradCall<T>& call, int64_t tiles, int64_t level, Next next) {
  const auto convolve = native::LoopsFor<T>(level).convolve;
  const int64_t inputs = call.x.channels, at_a_time = TilesAtATime(inputs, call.outputs), threads = NumThreads();
  const int64_t pieces = (tiles + at_a_time - 1) / at_a_time;
  const int64_t parts = std::min(tiles, (pieces + threads - 1) / threads * threads);  // as much for every thread
  const auto work = [&](int part) {
    const int64_t first = tiles * part / parts, count = tiles * (part + 1) / parts - first;
    convolve(call, first, count, native::Scratch(native::WinogradScratch(inputs, call.outputs, count)));
  };
  InParallel(static_cast<int>(parts), work, next);
}

struct Settings {
  explicit Settings(Attributes attributes)
      : is_gradient(attributes.Bool("is_gradient")), level(attributes.Int("level")) {}
  bool is_gradient;
  int64_t level;
};

template <typename T>
void ConvolveSlices(const Settings& settings, const std::vector<Held>& tensors, const Held& y) {
  WinogradCall<T> call = CallOf<T>(tensors[0], y);
  const int64_t inputs = call.x.channels, at_a_time = native::OutputsAtATime(inputs, call.channels);
  const std::unique_ptr<float[]> transformed(new float[kProducts * inputs * at_a_time]);  // a vector would be zeroed first
  call.kernel = transformed.get();
  for (call.from = 0; call.from < call.channels; call.from += at_a_time) {
    call.outputs = std::min(at_a_time, call.channels - call.from);
    call.kernel_step = inputs * call.outputs;
    native::TransformPanels({tensors[1].data<T>(), settings.is_gradient, inputs, call.channels, call.from / kPanel,
                             call.outputs / kPanel},
                            transformed.get());
    Convolve(call, native::NumTiles(tensors[0]), settings.level, Next::kAnyTime);
  }
}

void Run(const Settings& settings, TF_OpKernelContext* context, Status* status) {
  const std::vector<Held> tensors = native::Inputs(context, status);
  if (!status->ok()) return;
  const Held& x = tensors[0];
  const Held& kernel = tensors[1];
  if (x.dims() != 4) return status->Fail("x has to be [batch, height, width, channels]");
  if (kernel.dims() != 4 || kernel.dim(0) != 3 || kernel.dim(1) != 3 || kernel.dim(2) % kPanel != 0 ||
      kernel.dim(3) % kPanel != 0 || kernel.dim(settings.is_gradient ? 3 : 2) != x.dim(3)) {
    return status->Fail("kernel has to be [3, 3, in, out], for the channels of x, multiples of 16");
  }
  const int64_t channels = kernel.dim(settings.is_gradient ? 2 : 3);
  const Held y = native::Output(context, 0, x.dtype(), {x.dim(0), x.dim(1), x.dim(2), channels}, status);
  if (!status->ok()) return;
  if (x.dtype() == TF_FLOAT) return ConvolveSlices<float>(settings, tensors, y);
  ConvolveSlices<uint16_t>(settings, tensors, y);
}

struct FrozenSettings : native::FrozenConvolution {
  explicit FrozenSettings(Attributes attributes) : native::FrozenConvolution(attributes), level(attributes.Int("level")) {}
  int64_t level;
};

template <typename T>
void ConvolveFrozen(const FrozenSettings& settings, const std::vector<Held>& tensors, const Held& y) {
  WinogradCall<T> call = CallOf<T>(tensors[0], y);
  call.kernel = tensors[1].data<float>();
  call.kernel_step = call.x.channels * call.outputs;
  settings.Fill<T>(tensors, &call);
  Convolve(call, native::NumTiles(tensors[0]), settings.level, settings.next());
}

void RunFrozen(const FrozenSettings& settings, TF_OpKernelContext* context, Status* status) {
  const std::vector<Held> tensors = native::Inputs(context, status);
  if (!status->ok()) return;
  const Held& x = tensors[0];
  const Held& kernel = tensors[1];
  if (x.dims() != 4) return status->Fail("x has to be [batch, height, width, channels]");
  if (kernel.dims() != 4 || kernel.dim(0) != kProducts || kernel.dim(2) != x.dim(3) || kernel.dim(3) != kPanel ||
      x.dim(3) % kPanel != 0) {
    return status->Fail("kernel has to be WinogradKernel's, for the channels of x, a multiple of 16");
  }
  const std::vector<int64_t> shape{x.dim(0), x.dim(1), x.dim(2), kernel.dim(1) * kPanel};
  if (!settings.Check(tensors, shape, status)) return;
  const Held y = native::Output(context, 0, x.dtype(), shape, status);
  if (!status->ok()) return;
  if (x.dtype() == TF_FLOAT) return ConvolveFrozen<float>(settings, tensors, y);
  ConvolveFrozen<uint16_t>(settings, tensors, y);
}

__attribute__((constructor)) void RegisterAll() {
  native::Operation("WinogradConv2D")
      .Attr("T: {float, bfloat16}")
      .Attr("is_gradient: bool")
      .Attr("level: int = 4")
      .In("x: T")
      .In("kernel: T")
      .Out("y: T")
      .Register<Settings, Run>();
  native::Operation frozen("FrozenWinogradConv2D");
  frozen.Attr("T: {float, bfloat16}").Attr("level: int = 4").In("x: T").In("kernel: float").Out("y: T");
  FrozenSettings::Describe(&frozen);
  frozen.Register<FrozenSettings, RunFrozen>();
}

}  // namespace
