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

template <typename T>
void TransformChunk(const WinogradGradientCall<T>& call, int64_t start, int64_t stop) {
  const auto panel_of = [&](float* panels, int64_t channels) {
    return [=, count = call.count](int64_t product, int64_t t, int64_t channel) {
      return panels + (product * channels + channel / kPanel * kPanel) * count + t * kPanel + channel % kPanel;
    };
  };
  const auto in = [](const Vector (&d)[kPatch], Vector (&t)[kPatch]) { TransformIn(d, t); };
  TransformTiles<kPatch, 1>(call.x, call.first, start, stop, in, panel_of(call.patches, call.x.channels));
  const auto gradient = [](const Vector (&y)[kTile], Vector (&t)[kPatch]) { TransformGradient(y, t); };
  TransformTiles<kTile, 0>(call.dy, call.first, start, stop, gradient, panel_of(call.tiles, call.dy.channels));
}

// c [kRows, kPanels * kPanel] (+)= the sum over `count` rows of a [count, kPanel] by b [kPanels, count, kPanel].
template <int kRows, int kPanels>
ALWAYS_INLINED void AccumulateBlock(const float* a, const float* b, int64_t count, bool is_first, float* c,
                                    int64_t c_columns) {
  constexpr int kColumns = kPanels * kVectors;
  Vector sums[kRows][kColumns];
#pragma GCC unroll 16
  for (int r = 0; r < kRows; r++)
#pragma GCC unroll 16
    for (int v = 0; v < kColumns; v++) sums[r][v] = is_first ? Vector{} : Load(c + r * c_columns + v * kLanes);
  for (int64_t t = 0; t < count; t++) {
    Vector row[kColumns];
#pragma GCC unroll 16
    for (int v = 0; v < kColumns; v++) {
      row[v] = Load(b + (v / kVectors * count + t) * kPanel + v % kVectors * kLanes);
    }
#pragma GCC unroll 16
    for (int r = 0; r < kRows; r++)
#pragma GCC unroll 16
      for (int v = 0; v < kColumns; v++) sums[r][v] += a[t * kPanel + r] * row[v];
  }
#pragma GCC unroll 16
  for (int r = 0; r < kRows; r++)
#pragma GCC unroll 16
    for (int v = 0; v < kColumns; v++) Save(sums[r][v], c + r * c_columns + v * kLanes);
}

template <int kPanels, typename T>
void AccumulatePanels(const WinogradGradientCall<T>& call, const float* patches, const float* tiles, bool is_first,
                      float* products) {
  static_assert(kPanel % GRADIENT_ROWS == 0, "blocks do not cross panels");
  for (int64_t input = 0; input < call.x.channels; input += GRADIENT_ROWS) {
    const float* a = patches + input / kPanel * kPanel * call.count + input % kPanel;
    AccumulateBlock<GRADIENT_ROWS, kPanels>(a, tiles, call.count, is_first, products + input * call.dy.channels,
                                            call.dy.channels);
  }
}

template <typename T>
void Accumulate(const WinogradGradientCall<T>& call, int64_t product, bool is_first) {
  const int64_t inputs = call.x.channels, outputs = call.dy.channels;
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
  const int64_t inputs = call.x.channels, outputs = call.dy.channels, plane = inputs * outputs;
  for (int64_t at = start * outputs; at < stop * outputs; at += kLanes) {
    Vector columns[3][kPatch], m[kPatch], taps[3];
    for (int64_t j = 0; j < kPatch; j++) {
#pragma GCC unroll 6
      for (int64_t i = 0; i < kPatch; i++) m[i] = Load(call.products + (i * kPatch + j) * plane + at);
      TransformTaps(m, taps);
#pragma GCC unroll 3
      for (int64_t i = 0; i < 3; i++) columns[i][j] = taps[i];
    }
    for (int64_t i = 0; i < 3; i++) {
      TransformTaps(columns[i], taps);
#pragma GCC unroll 3
      for (int64_t j = 0; j < 3; j++) Save(taps[j], call.gradient + (i * 3 + j) * plane + at);
    }
  }
}

}  // namespace
}  // namespace native
