// Group normalisation as one operation with an addition and a ReLU behind it.
//
//   NormGroups:     x, gamma, beta, residual (none or one) -> y, mean, inverse deviation
//                   y = act(gamma * (x - mean) * inverseDeviation + beta + residual), act ReLU or nothing
//   NormGroupsGrad: dy, x, gamma, mean, inverseDeviation, y (with relu one, else none)
//                     -> dx, dgamma, dbeta, dresidual (none or one)
//
// x, residual, y and their gradients are float32 [batch, ..., channels], gamma and beta [channels], mean and inverse
// deviation [batch, groups]. One thread does an image from its sums to its result: what is read twice comes from the
// processor's cache the second time, and bits depend neither on the number of threads nor on the rest of the batch.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "../support/operation-support.h"
#include "norm-loops.h"

namespace {

using native::Attributes;
using native::Held;
using native::Output;
using native::ShapeOf;
using native::Status;

// Elements below which starting threads costs more than it gains.
constexpr int64_t kSmall = 32768;

struct GradSettings {
  explicit GradSettings(Attributes attributes) : groups(attributes.Int("groups")), relu(attributes.Bool("relu")) {}
  int64_t groups;
  bool relu;
};

struct Settings : GradSettings {
  explicit Settings(Attributes attributes) : GradSettings(attributes), epsilon(attributes.Float("epsilon")) {}
  float epsilon;
};

// How an activation divides: images of rows of channels, which divide into groups.
struct Layout {
  Layout(const Held& x, int64_t number_of_groups)
      : images(x.dim(0)), channels(x.dim(x.dims() - 1)), groups(number_of_groups) {
    rows = x.size() / (images * channels);
    channels_per_group = channels / groups;
  }
  // Elements of one group of one image.
  double count() const { return static_cast<double>(rows) * channels_per_group; }

  int64_t images, channels, groups, rows, channels_per_group;
};

// dx = factor * g - offset - (x - mean) * slope, g being dy or, with relu, dy where y is above 0
template <bool kRelu>
INLINED void GradientBody(const float* __restrict dy, const float* __restrict x, const float* __restrict y,
                          const float* __restrict mean, const float* __restrict factor,
                          const float* __restrict offset, const float* __restrict slope, const Layout& layout,
                          float* __restrict dx) {
  for (int64_t row = 0; row < layout.rows; row++) {
    const int64_t at = row * layout.channels;
#pragma GCC ivdep
    for (int64_t c = 0; c < layout.channels; c++) {
      const float g = kRelu && !(y[at + c] > 0.0f) ? 0.0f : dy[at + c];
      dx[at + c] = factor[c] * g - offset[c] - (x[at + c] - mean[c]) * slope[c];
    }
  }
}

FOR_EACH_CPU void Gradient(const float* dy, const float* x, const float* y, const float* mean, const float* factor,
                           const float* offset, const float* slope, const Layout& layout, float* dx) {
  if (y != nullptr) {
    GradientBody<true>(dy, x, y, mean, factor, offset, slope, layout, dx);
  } else {
    GradientBody<false>(dy, x, y, mean, factor, offset, slope, layout, dx);
  }
}

// Runs work(image) for each image, in parallel where that pays.
template <typename Work>
void EachImage(const Layout& layout, const Work& work) {
  if (layout.images * layout.rows * layout.channels < kSmall) {
    for (int64_t image = 0; image < layout.images; image++) work(static_cast<int>(image));
  } else {
    native::InParallel(static_cast<int>(layout.images), work);
  }
}

void Forward(const Settings& settings, TF_OpKernelContext* context, const std::vector<Held>& inputs, Status* status) {
  const Held& x = inputs[0];
  const Layout layout(x, settings.groups);
  const Held y = Output(context, 0, TF_FLOAT, ShapeOf(x), status);
  const Held means = Output(context, 1, TF_FLOAT, {layout.images, layout.groups}, status);
  const Held inverses = Output(context, 2, TF_FLOAT, {layout.images, layout.groups}, status);
  if (!status->ok()) return;
  const float *gamma = inputs[1].data<float>(), *beta = inputs[2].data<float>();
  const float* residuals = inputs.size() > 3 ? inputs[3].data<float>() : nullptr;
  const int64_t channels = layout.channels;

  EachImage(layout, [&](int image) {
    const int64_t at = image * layout.rows * channels;
    const float* values = x.data<float>() + at;
    // Sums of differences from the first row: squares of numbers far from 0 would lose what the variance is made of.
    const std::vector<float> shift(values, values + channels);
    std::vector<float> sums(2 * channels), mean(channels), factor(channels);
    std::vector<double> totals(2 * channels);
    native::Sums(values, shift.data(), layout.rows, channels, sums.data(), totals.data());
    for (int64_t group = 0; group < layout.groups; group++) {
      const int64_t first = group * layout.channels_per_group, last = first + layout.channels_per_group;
      double sum = 0, squares = 0;  // of differences from the group's mean
      for (int64_t c = first; c < last; c++) sum += totals[c] + static_cast<double>(shift[c]) * layout.rows;
      const double groupMean = sum / layout.count();
      for (int64_t c = first; c < last; c++) {
        const double offset = totals[c] / layout.rows, distance = shift[c] + offset - groupMean;
        squares += std::max(0.0, totals[channels + c] - offset * totals[c]) + distance * distance * layout.rows;
      }
      const double inverse = 1.0 / std::sqrt(squares / layout.count() + settings.epsilon);
      means.data<float>()[image * layout.groups + group] = static_cast<float>(groupMean);
      inverses.data<float>()[image * layout.groups + group] = static_cast<float>(inverse);
      std::fill(mean.begin() + first, mean.begin() + last, static_cast<float>(groupMean));
      for (int64_t c = first; c < last; c++) factor[c] = static_cast<float>(gamma[c] * inverse);
    }
    native::Normalize(values, residuals == nullptr ? nullptr : residuals + at, mean.data(), factor.data(), beta,
                      settings.relu, layout.rows, channels, y.data<float>() + at);
  });
}

// The gradient of one image; its sums of g and of g * n, n being the normalised x, go to `totals`.
struct ImageGradient {
  const Layout& layout;
  const float *gamma, *means, *inverses;

  void Run(const float* dy, const float* x, const float* y, float* masked, float* dx, double* totals) const {
    const int64_t channels = layout.channels;
    std::vector<float> sums(2 * channels), mean(channels), factor(channels), offset(channels), slope(channels);
    for (int64_t c = 0; c < channels; c++) mean[c] = means[c / layout.channels_per_group];
    native::GradientSums(dy, x, y, mean.data(), layout.rows, channels, sums.data(), totals, masked);
    for (int64_t group = 0; group < layout.groups; group++) {
      const int64_t first = group * layout.channels_per_group, last = first + layout.channels_per_group;
      const double inverse = inverses[group];
      double gradient = 0, product = 0;  // sums over the group of gamma * g and of gamma * g * n
      for (int64_t c = first; c < last; c++) {
        totals[channels + c] *= inverse;
        gradient += gamma[c] * totals[c];
        product += gamma[c] * totals[channels + c];
      }
      for (int64_t c = first; c < last; c++) {
        factor[c] = static_cast<float>(gamma[c] * inverse);
        offset[c] = static_cast<float>(gradient * inverse / layout.count());
        slope[c] = static_cast<float>(product * inverse * inverse / layout.count());
      }
    }
    // What was masked once need not be masked again.
    const bool isMasked = masked != nullptr;
    Gradient(isMasked ? masked : dy, x, isMasked ? nullptr : y, mean.data(), factor.data(), offset.data(),
             slope.data(), layout, dx);
  }
};

void Backward(const GradSettings& settings, TF_OpKernelContext* context, const std::vector<Held>& inputs, Status* status) {
  const Held& x = inputs[1];
  const Layout layout(x, settings.groups);
  const int64_t channels = layout.channels;
  const bool hasResidual = TF_NumOutputs(context) > 3;
  const Held dx = Output(context, 0, TF_FLOAT, ShapeOf(x), status);
  const Held dGamma = Output(context, 1, TF_FLOAT, {channels}, status);
  const Held dBeta = Output(context, 2, TF_FLOAT, {channels}, status);
  const Held dResidual = hasResidual ? Output(context, 3, TF_FLOAT, ShapeOf(x), status) : Held();
  if (!status->ok()) return;

  std::vector<double> totals(layout.images * 2 * channels);
  EachImage(layout, [&](int image) {
    const int64_t at = image * layout.rows * channels, group = image * layout.groups;
    const ImageGradient gradient = {layout, inputs[2].data<float>(), inputs[3].data<float>() + group,
                                    inputs[4].data<float>() + group};
    gradient.Run(inputs[0].data<float>() + at, x.data<float>() + at,
                 settings.relu ? inputs[5].data<float>() + at : nullptr,
                 hasResidual ? dResidual.data<float>() + at : nullptr, dx.data<float>() + at,
                 totals.data() + image * 2 * channels);
  });
  for (int64_t c = 0; c < channels; c++) {
    double sum = 0, product = 0;
    for (int64_t image = 0; image < layout.images; image++) {
      sum += totals[image * 2 * channels + c];
      product += totals[image * 2 * channels + channels + c];
    }
    dBeta.data<float>()[c] = static_cast<float>(sum);
    dGamma.data<float>()[c] = static_cast<float>(product);
  }
}

// Inputs `same` have to be as large as x, `vectors` one element a channel, `perGroup` one an image and group.
bool AreSizesRight(const GradSettings& settings, const std::vector<Held>& inputs, const Held& x,
                   const std::vector<size_t>& same, const std::vector<size_t>& vectors,
                   const std::vector<size_t>& perGroup, Status* status) {
  if (x.dims() < 2 || x.size() == 0) {
    status->Fail("x has to be float32 [batch, ..., channels] with at least one element");
    return false;
  }
  const int64_t channels = x.dim(x.dims() - 1);
  if (settings.groups < 1 || channels % settings.groups != 0) {
    status->Fail("the number of groups has to divide the channels of x");
    return false;
  }
  const auto allOfSize = [&](const std::vector<size_t>& positions, int64_t size) {
    return std::all_of(positions.begin(), positions.end(),
                       [&](size_t i) { return i >= inputs.size() || inputs[i].size() == size; });
  };
  if (!allOfSize(same, x.size())) {
    status->Fail("dy, y and residual have to be of x's shape");
  } else if (!allOfSize(vectors, channels)) {
    status->Fail("gamma and beta have to have one element a channel of x");
  } else if (!allOfSize(perGroup, x.dim(0) * settings.groups)) {
    status->Fail("means and deviations have to have one element an image and group");
  }
  return status->ok();
}

void RunForward(const Settings& settings, TF_OpKernelContext* context, Status* status) {
  const std::vector<Held> inputs = native::Inputs(context, status);
  if (!status->ok() || !AreSizesRight(settings, inputs, inputs[0], {3}, {1, 2}, {}, status)) return;
  Forward(settings, context, inputs, status);
}

void RunBackward(const GradSettings& settings, TF_OpKernelContext* context, Status* status) {
  const std::vector<Held> inputs = native::Inputs(context, status);
  if (!status->ok() || !AreSizesRight(settings, inputs, inputs[1], {0, 5}, {2}, {3, 4}, status)) return;
  if (settings.relu && inputs.size() < 6) return status->Fail("with relu, y is needed");
  Backward(settings, context, inputs, status);
}

__attribute__((constructor)) void RegisterAll() {
  native::Operation("NormGroups")
      .Attr("num_residuals: int >= 0")
      .Attr("groups: int >= 1")
      .Attr("epsilon: float")
      .Attr("relu: bool")
      .In("x: float")
      .In("gamma: float")
      .In("beta: float")
      .In("residual: num_residuals * float")
      .Out("y: float")
      .Out("mean: float")
      .Out("inverse_deviation: float")
      .Register<Settings, RunForward>();
  native::Operation("NormGroupsGrad")
      .Attr("num_residuals: int >= 0")
      .Attr("num_outputs: int >= 0")
      .Attr("groups: int >= 1")
      .Attr("relu: bool")
      .In("dy: float")
      .In("x: float")
      .In("gamma: float")
      .In("mean: float")
      .In("inverse_deviation: float")
      .In("y: num_outputs * float")
      .Out("dx: float")
      .Out("dgamma: float")
      .Out("dbeta: float")
      .Out("dresidual: num_residuals * float")
      .Register<GradSettings, RunBackward>();
}

}  // namespace
