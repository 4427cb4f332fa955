// Kernels as Winograd's algorithm takes them (see winograd.h), and a TensorFlow operation of our own that transforms one for
// FrozenWinogradConv2D:
//
//   WinogradKernel: kernel [3, 3, in, out] -> G k G^T [36, out / 16, in, 16]
#include <cstdint>

#include "../support/operation-support.h"
#include "../support/numbers.h"
#include "winograd-support.h"

namespace {

using native::Bfloat16;
using native::Held;
using native::InParallel;
using native::kPanel;
using native::kProducts;
using native::NoSettings;
using native::Status;

constexpr int kTaps = 9;

// One row or column of G k: three numbers into six, `step` apart.
INLINED void TransformTaps(const float* k, int64_t step, float* t, int64_t t_step) {
  const float outer = k[0] + k[2 * step], far = k[0] * (1.0f / 24) + k[2 * step] * (1.0f / 6), middle = k[step] * (1.0f / 12);
  t[0] = k[0] * 0.25f;
  t[t_step] = (outer + k[step]) * (-1.0f / 6);
  t[2 * t_step] = (outer - k[step]) * (-1.0f / 6);
  t[3 * t_step] = far + middle;
  t[4 * t_step] = far - middle;
  t[5 * t_step] = k[2 * step];
}

// G k G^T of kPanel kernels, taps [9, kPanel], each product kPanel floats at its own place.
FOR_EACH_CPU
void TransformPanel(const float* __restrict taps, int64_t product_step, float* __restrict target) {
  float rows[6 * 3 * kPanel], all[kProducts * kPanel];
  for (int j = 0; j < 3; j++) {
#pragma GCC ivdep
    for (int64_t lane = 0; lane < kPanel; lane++) {
      TransformTaps(taps + j * kPanel + lane, 3 * kPanel, rows + j * kPanel + lane, 3 * kPanel);
    }
  }
  for (int i = 0; i < 6; i++) {
#pragma GCC ivdep
    for (int64_t lane = 0; lane < kPanel; lane++) {
      TransformTaps(rows + i * 3 * kPanel + lane, kPanel, all + i * 6 * kPanel + lane, kPanel);
    }
  }
  for (int64_t product = 0; product < kProducts; product++) {
#pragma GCC ivdep
    for (int64_t lane = 0; lane < kPanel; lane++) {
      target[product * product_step + lane] = all[product * kPanel + lane];
    }
  }
}

// `depth` channels are summed over; of the `columns` that come out, those of the given panels.
template <typename T>
void TransformAll(const T* kernel, bool is_gradient, int64_t depth, int64_t columns, int64_t first_panel, int64_t panels,
                  float* transformed) {
  InParallel(static_cast<int>(panels), [&](int panel) {
    float taps[kTaps * kPanel];
    for (int64_t k = 0; k < depth; k++) {
      for (int tap = 0; tap < kTaps; tap++) {
        for (int64_t lane = 0; lane < kPanel; lane++) {
          const int64_t column = (first_panel + panel) * kPanel + lane;
          const int64_t at = is_gradient ? ((kTaps - 1 - tap) * columns + column) * depth + k
                                         : (tap * depth + k) * columns + column;
          taps[tap * kPanel + lane] = native::ToFloat(kernel[at]);
        }
      }
      TransformPanel(taps, depth * panels * kPanel, transformed + (panel * depth + k) * kPanel);
    }
  });
}

void Run(const NoSettings&, TF_OpKernelContext* context, Status* status) {
  const Held kernel = native::Input(context, 0, status);
  if (!status->ok()) return;
  if (kernel.dims() != 4 || kernel.dim(0) != 3 || kernel.dim(1) != 3) {
    return status->Fail("kernel has to be [3, 3, in, out]");
  }
  const int64_t depth = kernel.dim(2), columns = kernel.dim(3);
  if (columns % kPanel != 0) return status->Fail("the channels that come out have to be a multiple of 16");
  const Held transformed = native::Output(context, 0, TF_FLOAT, {kProducts, columns / kPanel, depth, kPanel}, status);
  if (!status->ok()) return;
  TransformAll(kernel.data<float>(), false, depth, columns, 0, columns / kPanel, transformed.data<float>());
}

__attribute__((constructor)) void Register() {
  native::Operation("WinogradKernel").In("kernel: float").Out("transformed: float").Register<NoSettings, Run>();
}

}  // namespace

namespace native {

void TransformPanels(const KernelSlice<float>& slice, float* transformed) {
  TransformAll(slice.kernel, slice.is_gradient, slice.depth, slice.columns, slice.first_panel, slice.panels, transformed);
}

void TransformPanels(const KernelSlice<uint16_t>& slice, float* transformed) {
  const auto* kernel = reinterpret_cast<const Bfloat16*>(slice.kernel);
  TransformAll(kernel, slice.is_gradient, slice.depth, slice.columns, slice.first_panel, slice.panels, transformed);
}

}  // namespace native
