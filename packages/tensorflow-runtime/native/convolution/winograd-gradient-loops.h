// The loops of the gradient with respect to the kernel (see winograd.h).
#pragma once

#include "winograd-loops.h"

namespace native {
namespace {

// A y: four numbers into six.
ALWAYS_INLINED void TransformGradient(const Vector (&y)[kTile], Vector (&t)[kPatch]) {
  const Vector even = y[0] + y[2], odd = y[1] + y[3];
  const Vector far_even = y[0] + 4.0f * y[2], far_odd = 2.0f * y[1] + 8.0f * y[3];
  t[0] = y[0];
  t[1] = even + odd;
  t[2] = even - odd;
  t[3] = far_even + far_odd;
  t[4] = far_even - far_odd;
  t[5] = y[3];
}

// G^T m: six numbers into three.
ALWAYS_INLINED void TransformTaps(const Vector (&m)[kPatch], Vector (&k)[3]) {
  const Vector sum = (m[1] + m[2]) * (1.0f / 6), far_sum = (m[3] + m[4]) * (1.0f / 24);
  k[0] = 0.25f * m[0] - sum + far_sum;
  k[1] = (m[2] - m[1]) * (1.0f / 6) + (m[3] - m[4]) * (1.0f / 12);
  k[2] = 4.0f * far_sum - sum + m[5];
}

// Where transformed numbers belong, in panels of channels, so that products read them one behind the other.
ALWAYS_INLINED auto InPanels(float* panels, int64_t channels, int64_t count) {
  return [=](int64_t product, int64_t t, int64_t channel) {
    return panels + (product * channels + channel / kPanel * kPanel) * count + t * kPanel + channel % kPanel;
  };
}

template <typename T>
void TransformX(const WinogradGradientCall<T>& call, int64_t start, int64_t stop) {
  const auto transform = [](const Vector (&d)[kPatch], Vector (&t)[kPatch]) { TransformIn(d, t); };
  const int64_t inputs = call.x.channels;
  TransformTiles<kPatch, 1>(call.x, 0, inputs, call.first, start, stop, transform,
                            InPanels(call.patches, inputs, call.count));
}

template <typename T>
void TransformDy(const WinogradGradientCall<T>& call, int64_t start, int64_t stop) {
  const auto transform = [](const Vector (&y)[kTile], Vector (&t)[kPatch]) { TransformGradient(y, t); };
  TransformTiles<kTile, 0>(call.dy, call.from, call.outputs, call.first, start, stop, transform,
                           InPanels(call.tiles, call.outputs, call.count));
}

// Sums over the chunk are products with its tiles as depth.
template <int kPanels, typename T>
void AccumulatePanels(const WinogradGradientCall<T>& call, const float* patches, const float* tiles, bool is_first,
                      float* products) {
  static_assert(kPanel % GRADIENT_ROWS == 0, "blocks do not cross panels");
  for (int64_t input = 0; input < call.x.channels; input += GRADIENT_ROWS) {
    const float* a = patches + input / kPanel * kPanel * call.count + input % kPanel;
    MultiplyBlock<GRADIENT_ROWS, kPanels>(a, 1, kPanel, tiles, call.count, is_first, products + input * call.outputs,
                                          call.outputs);
  }
}

template <typename T>
void Accumulate(const WinogradGradientCall<T>& call, int64_t product, bool is_first) {
  const int64_t inputs = call.x.channels, outputs = call.outputs;
  const float* patches = call.patches + product * inputs * call.count;
  const float* tiles = call.tiles + product * outputs * call.count;
  float* products = call.products + product * inputs * outputs;
  int64_t output = 0;
  for (; output + GRADIENT_PANELS * kPanel <= outputs; output += GRADIENT_PANELS * kPanel) {
    AccumulatePanels<GRADIENT_PANELS>(call, patches, tiles + output * call.count, is_first, products + output);
  }
  for (; output < outputs; output += kPanel) {
    AccumulatePanels<1>(call, patches, tiles + output * call.count, is_first, products + output);
  }
}

template <typename T>
void FinishGradient(const WinogradGradientCall<T>& call, int64_t start, int64_t stop) {
  const int64_t inputs = call.x.channels, outputs = call.outputs, channels = call.dy.channels;
  for (int64_t input = start; input < stop; input++) {
    for (int64_t output = 0; output < outputs; output += kLanes) {
      Vector columns[3][kPatch], m[kPatch], taps[3];
      for (int64_t j = 0; j < kPatch; j++) {
#pragma GCC unroll 6
        for (int64_t i = 0; i < kPatch; i++) {
          m[i] = Load(call.products + ((i * kPatch + j) * inputs + input) * outputs + output);
        }
        TransformTaps(m, taps);
#pragma GCC unroll 3
        for (int64_t i = 0; i < 3; i++) columns[i][j] = taps[i];
      }
      for (int64_t i = 0; i < 3; i++) {
        TransformTaps(columns[i], taps);
#pragma GCC unroll 3
        for (int64_t j = 0; j < 3; j++) {
          Save(taps[j], call.gradient + ((i * 3 + j) * inputs + input) * channels + call.from + output);
        }
      }
    }
  }
}

}  // namespace
}  // namespace native
