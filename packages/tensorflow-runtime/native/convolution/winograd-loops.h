// The loops of Winograd's algorithm (see winograd.h).
#pragma once

#include "vector-loops.h"

namespace native {
namespace {

// B^T d: six numbers into six.
ALWAYS_INLINED void TransformIn(const Vector (&d)[kPatch], Vector (&t)[kPatch]) {
  const Vector even = d[4] - 4.0f * d[2], odd = d[3] - 4.0f * d[1];
  const Vector even_half = d[4] - d[2], odd_half = 2.0f * (d[3] - d[1]);
  t[0] = 4.0f * d[0] - 5.0f * d[2] + d[4];
  t[1] = even + odd;
  t[2] = even - odd;
  t[3] = even_half + odd_half;
  t[4] = even_half - odd_half;
  t[5] = 4.0f * d[1] - 5.0f * d[3] + d[5];
}

// A^T m: six numbers into four.
ALWAYS_INLINED void TransformOut(const Vector (&m)[kPatch], Vector (&y)[kTile]) {
  const Vector sum = m[1] + m[2], difference = m[1] - m[2];
  const Vector far_sum = m[3] + m[4], far_difference = m[3] - m[4];
  y[0] = m[0] + sum + far_sum;
  y[1] = difference + 2.0f * far_difference;
  y[2] = sum + 4.0f * far_sum;
  y[3] = difference + 8.0f * far_difference + m[5];
}

// Where a tile lies: its image, and the first of its pixels.
struct Place {
  int64_t image, top, left;
};

template <typename T>
ALWAYS_INLINED Place PlaceOf(const TiledImages<T>& images, int64_t tile) {
  const int64_t row = tile / images.tile_columns;
  return {row / images.tile_rows, row % images.tile_rows * kTile, tile % images.tile_columns * kTile};
}

// Squares of kSide pixels, `margin` pixels above and left of each tile, zeros outside, transformed along both axes into
// kPatch numbers: `count` channels from `from`. target_at(product, tile, channel) is where they belong, tiles counted from
// `first`, channels from `from`.
template <int kSide, int kMargin, typename T, typename Transform, typename TargetAt>
ALWAYS_INLINED void TransformTiles(const TiledImages<T>& images, int64_t from, int64_t count, int64_t first,
                                   int64_t start, int64_t stop, const Transform& transform, const TargetAt& target_at) {
  const int64_t height = images.height, width = images.width, channels = images.channels;
  for (int64_t t = start; t < stop; t++) {
    const Place place = PlaceOf(images, first + t);
    const int64_t top = place.top - kMargin, left = place.left - kMargin;
    const int64_t corner = ((place.image * height + top) * width + left) * channels + from;
    const bool is_inside = top >= 0 && left >= 0 && top + kSide <= height && left + kSide <= width;
    for (int64_t channel = 0; channel < count; channel += kLanes) {
      Vector columns[kPatch][kSide], d[kSide], transformed[kPatch];
      for (int64_t j = 0; j < kSide; j++) {
        const bool is_column = left + j >= 0 && left + j < width;
#pragma GCC unroll 6
        for (int64_t i = 0; i < kSide; i++) {
          const bool is_pixel = is_inside || (is_column && top + i >= 0 && top + i < height);
          d[i] = is_pixel ? Load(images.pixels + corner + (i * width + j) * channels + channel) : Vector{};
        }
        transform(d, transformed);
#pragma GCC unroll 6
        for (int64_t i = 0; i < kPatch; i++) columns[i][j] = transformed[i];
      }
      for (int64_t i = 0; i < kPatch; i++) {
        transform(columns[i], transformed);
#pragma GCC unroll 6
        for (int64_t j = 0; j < kPatch; j++) Save(transformed[j], target_at(i * kPatch + j, t, channel));
      }
    }
  }
}

// products [kProducts, count, outputs] transformed back, with what comes behind the convolution.
template <typename T>
void TransformBack(const WinogradCall<T>& call, int64_t first, int64_t count, const float* products) {
  const int64_t height = call.x.height, width = call.x.width;
  for (int64_t t = 0; t < count; t++) {
    const Place place = PlaceOf(call.x, first + t);
    const int64_t corner = ((place.image * height + place.top) * width + place.left) * call.channels + call.from;
    const int64_t rows = height - place.top < kTile ? height - place.top : kTile;
    const int64_t row_pixels = width - place.left < kTile ? width - place.left : kTile;
    for (int64_t channel = 0; channel < call.outputs; channel += kLanes) {
      Vector columns[kTile][kPatch], m[kPatch], y[kTile];
      for (int64_t j = 0; j < kPatch; j++) {
#pragma GCC unroll 6
        for (int64_t i = 0; i < kPatch; i++) {
          m[i] = Load(products + ((i * kPatch + j) * count + t) * call.outputs + channel);
        }
        TransformOut(m, y);
#pragma GCC unroll 4
        for (int64_t i = 0; i < kTile; i++) columns[i][j] = y[i];
      }
      for (int64_t i = 0; i < rows; i++) {
        TransformOut(columns[i], y);
#pragma GCC unroll 4
        for (int64_t j = 0; j < kTile; j++) {
          if (j >= row_pixels) break;
          SaveResult(call, y[j], corner + (i * width + j) * call.channels + channel, call.from + channel);
        }
      }
    }
  }
}

template <typename T>
void TilesOf(const WinogradCall<T>& call, int64_t first, int64_t count, float* scratch) {
  const int64_t inputs = call.x.channels;
  float* patches = scratch;
  float* products = scratch + kProducts * count * inputs;
  const auto transform = [](const Vector (&d)[kPatch], Vector (&t)[kPatch]) { TransformIn(d, t); };
  const auto target_at = [=](int64_t product, int64_t t, int64_t channel) {
    return patches + (product * count + t) * inputs + channel;
  };
  TransformTiles<kPatch, 1>(call.x, 0, inputs, first, 0, count, transform, target_at);
  for (int64_t p = 0; p < kProducts; p++) {
    Multiply(count, inputs, call.outputs, patches + p * count * inputs, call.kernel + p * call.kernel_step,
             products + p * count * call.outputs);
  }
  TransformBack(call, first, count, products);
}

}  // namespace
}  // namespace native
