// Batch normalisation in training as one operation with what usually surrounds it: an addition and a ReLU.
//
//   NormTrain:     x, gamma, beta, movingMean, movingVariance, residual (none or one)
//                    -> y, new moving mean, new moving variance, mean, inverse deviation
//                  y = act(gamma * (x - mean) * inverseDeviation + beta + residual), act ReLU or nothing
//   NormTrainGrad: dy, x, gamma, mean, inverseDeviation, y (with relu one, else none)
//                    -> dx, dgamma, dbeta, dresidual (none or one)
//
//   ChannelSums:   x -> its sum over all axes but the last, float32: a bias's gradient
//
// x, residual, y and their gradients are [..., channels] of float32 or bfloat16, all else is [channels] of float32. The
// work is bound by memory: two passes over x forward, two over x and dy backward, nothing between them is stored.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "../support/operation-support.h"
#include "norm-loops.h"
#include "../support/numbers.h"

namespace {

using native::Attributes;
using native::Bfloat16;
using native::GradientSums;
using native::Held;
using native::InParallel;
using native::Inputs;
using native::Normalize;
using native::NoSettings;
using native::Output;
using native::ShapeOf;
using native::Status;
using native::Store;
using native::Sums;
using native::ToFloat;

// Rows are summed in this many parts, added up in order afterwards: the same sums for any number of threads.
constexpr int kParts = 8;
// Elements below which starting threads costs more than it gains.
constexpr int64_t kSmall = 32768;

// dx = factor * (g - meanGradient - (x - mean) * slope)
template <typename T, bool kRelu>
INLINED void GradientBody(const T* __restrict dy, const T* __restrict x, const T* __restrict y,
                          const float* __restrict mean, const float* __restrict factor,
                          const float* __restrict meanGradient, const float* __restrict slope, int64_t rows,
                          int64_t channels, T* __restrict dx) {
  for (int64_t row = 0; row < rows; row++) {
    const int64_t at = row * channels;
#pragma GCC ivdep
    for (int64_t c = 0; c < channels; c++) {
      float g = ToFloat(dy[at + c]);
      if (kRelu) g = ToFloat(y[at + c]) > 0.0f ? g : 0.0f;
      Store(factor[c] * (g - meanGradient[c] - (ToFloat(x[at + c]) - mean[c]) * slope[c]), dx + at + c);
    }
  }
}

// The bodies for each type and instruction set.
#define FOR_TYPE(T)                                                                                                    \
  FOR_EACH_CPU void Gradient(const T* dy, const T* x, const T* y, const float* mean, const float* factor,              \
                             const float* meanGradient, const float* slope, int64_t rows, int64_t channels, T* dx) {   \
    if (y != nullptr) {                                                                                                \
      GradientBody<T, true>(dy, x, y, mean, factor, meanGradient, slope, rows, channels, dx);                          \
    } else {                                                                                                           \
      GradientBody<T, false>(dy, x, y, mean, factor, meanGradient, slope, rows, channels, dx);                         \
    }                                                                                                                  \
  }

FOR_TYPE(float)
FOR_TYPE(Bfloat16)

// Runs work(firstRow, numRows, part) for each part, in parallel where that pays.
template <typename Work>
void EachPart(int64_t rows, int64_t channels, const Work& work) {
  const auto one = [&](int part) {
    const int64_t start = rows * part / kParts;
    work(start, rows * (part + 1) / kParts - start, part);
  };
  if (rows * channels < kSmall) {
    for (int part = 0; part < kParts; part++) one(part);
  } else {
    InParallel(kParts, one);
  }
}

// The sums of all parts; sumPart(start, rows, sums, totals) adds those of one.
template <typename SumPart>
std::vector<double> SumOverParts(int64_t rows, int64_t channels, const SumPart& sumPart) {
  std::vector<std::vector<double>> totals(kParts);
  EachPart(rows, channels, [&](int64_t start, int64_t numRows, int part) {
    totals[part].assign(2 * channels, 0.0);
    std::vector<float> sums(2 * channels);
    sumPart(start, numRows, sums.data(), totals[part].data());
  });
  for (int part = 1; part < kParts; part++) {
    for (int64_t c = 0; c < 2 * channels; c++) totals[0][c] += totals[part][c];
  }
  return totals[0];
}

struct GradSettings {
  explicit GradSettings(Attributes attributes) : relu(attributes.Bool("relu")) {}
  bool relu;
};

struct Settings : GradSettings {
  explicit Settings(Attributes attributes)
      : GradSettings(attributes), epsilon(attributes.Float("epsilon")), momentum(attributes.Float("momentum")) {}
  float epsilon;
  float momentum;  // the share of the new batch in the moving averages
};

bool IsActivationType(TF_DataType dtype) { return dtype == TF_FLOAT || dtype == TF_BFLOAT16; }

template <typename T>
void Forward(const Settings& settings, TF_OpKernelContext* context, const std::vector<Held>& inputs, Status* status) {
  const Held& x = inputs[0];
  const int64_t channels = x.dim(x.dims() - 1);
  const int64_t rows = x.size() / channels;
  const Held y = Output(context, 0, x.dtype(), ShapeOf(x), status);
  std::vector<Held> vectors;
  for (int i = 1; i <= 4; i++) vectors.push_back(Output(context, i, TF_FLOAT, {channels}, status));
  if (!status->ok()) return;
  const T* values = x.data<T>();
  const T* residual = inputs.size() > 5 ? inputs[5].data<T>() : nullptr;
  const float *gamma = inputs[1].data<float>(), *beta = inputs[2].data<float>();

  // Sums of differences from the first row: squares of numbers far from 0 would lose what the variance is made of.
  std::vector<float> shift(channels), factor(channels);
  for (int64_t c = 0; c < channels; c++) shift[c] = ToFloat(values[c]);
  const std::vector<double> totals = SumOverParts(rows, channels, [&](int64_t start, int64_t n, float* s, double* t) {
    Sums(values + start * channels, shift.data(), n, channels, s, t);
  });
  float *mean = vectors[2].data<float>(), *inverse = vectors[3].data<float>();
  for (int64_t c = 0; c < channels; c++) {
    const double offset = totals[c] / rows;
    const double variance = std::max(0.0, totals[channels + c] / rows - offset * offset);
    const double unbiased = variance * rows / std::max<int64_t>(1, rows - 1);
    mean[c] = static_cast<float>(shift[c] + offset);
    inverse[c] = static_cast<float>(1.0 / std::sqrt(variance + settings.epsilon));
    factor[c] = gamma[c] * inverse[c];
    const double share = settings.momentum;
    vectors[0].data<float>()[c] = static_cast<float>((1 - share) * inputs[3].data<float>()[c] + share * mean[c]);
    vectors[1].data<float>()[c] = static_cast<float>((1 - share) * inputs[4].data<float>()[c] + share * unbiased);
  }
  EachPart(rows, channels, [&](int64_t start, int64_t n, int) {
    const int64_t at = start * channels;
    Normalize(values + at, residual == nullptr ? nullptr : residual + at, mean, factor.data(), beta, settings.relu, n,
              channels, y.data<T>() + at);
  });
}

template <typename T>
void Backward(const GradSettings& settings, bool hasResidual, TF_OpKernelContext* context, const std::vector<Held>& inputs,
              Status* status) {
  const Held& x = inputs[1];
  const int64_t channels = x.dim(x.dims() - 1);
  const int64_t rows = x.size() / channels;
  const Held dx = Output(context, 0, x.dtype(), ShapeOf(x), status);
  const Held dGamma = Output(context, 1, TF_FLOAT, {channels}, status);
  const Held dBeta = Output(context, 2, TF_FLOAT, {channels}, status);
  const Held dResidual = hasResidual ? Output(context, 3, x.dtype(), ShapeOf(x), status) : Held();
  if (!status->ok()) return;
  const T *dy = inputs[0].data<T>(), *values = x.data<T>();
  const T* y = settings.relu ? inputs[5].data<T>() : nullptr;
  T* masked = hasResidual ? dResidual.data<T>() : nullptr;
  const float *gamma = inputs[2].data<float>(), *mean = inputs[3].data<float>(), *inverse = inputs[4].data<float>();

  const std::vector<double> totals = SumOverParts(rows, channels, [&](int64_t start, int64_t n, float* s, double* t) {
    const int64_t at = start * channels;
    GradientSums(dy + at, values + at, y == nullptr ? nullptr : y + at, mean, n, channels, s, t,
                 masked == nullptr ? nullptr : masked + at);
  });
  std::vector<float> factor(channels), meanGradient(channels), slope(channels);
  for (int64_t c = 0; c < channels; c++) {
    const double product = totals[channels + c] * inverse[c];
    dBeta.data<float>()[c] = static_cast<float>(totals[c]);
    dGamma.data<float>()[c] = static_cast<float>(product);
    factor[c] = gamma[c] * inverse[c];
    meanGradient[c] = static_cast<float>(totals[c] / rows);
    slope[c] = static_cast<float>(product * inverse[c] / rows);
  }
  EachPart(rows, channels, [&](int64_t start, int64_t n, int) {
    const int64_t at = start * channels;
    // What was masked once need not be masked again.
    const T* gradient = masked == nullptr ? dy + at : masked + at;
    Gradient(gradient, values + at, masked != nullptr || y == nullptr ? nullptr : y + at, mean, factor.data(),
             meanGradient.data(), slope.data(), n, channels, dx.data<T>() + at);
  });
}

// Inputs `same` have to be as large as x, the inputs `vectors` as long as x has channels.
bool AreSizesRight(const std::vector<Held>& inputs, const Held& x, const std::vector<size_t>& same,
                   const std::vector<size_t>& vectors, Status* status) {
  if (x.dims() < 1 || x.size() == 0 || !IsActivationType(x.dtype())) {
    status->Fail("x has to be float32 or bfloat16 of [..., channels] with at least one element");
    return false;
  }
  for (const size_t i : same) {
    if (i >= inputs.size() || inputs[i].size() == x.size()) continue;
    status->Fail("dy, y and residual have to be of x's shape");
    return false;
  }
  for (const size_t i : vectors) {
    if (inputs[i].size() == x.dim(x.dims() - 1)) continue;
    status->Fail("gamma, beta, means and deviations have to have one element a channel of x");
    return false;
  }
  return true;
}

void RunForward(const Settings& settings, TF_OpKernelContext* context, Status* status) {
  const std::vector<Held> inputs = Inputs(context, status);
  if (!status->ok() || !AreSizesRight(inputs, inputs[0], {5}, {1, 2, 3, 4}, status)) return;
  if (inputs[0].dtype() == TF_FLOAT) return Forward<float>(settings, context, inputs, status);
  Forward<Bfloat16>(settings, context, inputs, status);
}

void RunBackward(const GradSettings& settings, TF_OpKernelContext* context, Status* status) {
  const std::vector<Held> inputs = Inputs(context, status);
  if (!status->ok() || !AreSizesRight(inputs, inputs[1], {0, 5}, {2, 3, 4}, status)) return;
  if (settings.relu && inputs.size() < 6) return status->Fail("with relu, y is needed");
  const bool hasResidual = TF_NumOutputs(context) > 3;
  if (inputs[1].dtype() == TF_FLOAT) return Backward<float>(settings, hasResidual, context, inputs, status);
  Backward<Bfloat16>(settings, hasResidual, context, inputs, status);
}

template <typename T>
void SumChannels(const Held& x, const Held& result) {
  const int64_t channels = x.dim(x.dims() - 1);
  const std::vector<float> shift(channels, 0.0f);
  const std::vector<double> totals =
      SumOverParts(x.size() / channels, channels, [&](int64_t start, int64_t n, float* sums, double* total) {
        Sums(x.data<T>() + start * channels, shift.data(), n, channels, sums, total);
      });
  for (int64_t c = 0; c < channels; c++) result.data<float>()[c] = static_cast<float>(totals[c]);
}

void RunChannelSums(const NoSettings&, TF_OpKernelContext* context, Status* status) {
  const std::vector<Held> inputs = Inputs(context, status);
  if (!status->ok() || !AreSizesRight(inputs, inputs[0], {}, {}, status)) return;
  const Held result = Output(context, 0, TF_FLOAT, {inputs[0].dim(inputs[0].dims() - 1)}, status);
  if (!status->ok()) return;
  if (inputs[0].dtype() == TF_FLOAT) return SumChannels<float>(inputs[0], result);
  SumChannels<Bfloat16>(inputs[0], result);
}

__attribute__((constructor)) void RegisterAll() {
  native::Operation("ChannelSums")
      .Attr("T: {float, bfloat16}")
      .In("x: T")
      .Out("sums: float")
      .Register<NoSettings, RunChannelSums>();
  native::Operation("NormTrain")
      .Attr("T: {float, bfloat16}")
      .Attr("num_residuals: int >= 0")
      .Attr("epsilon: float")
      .Attr("momentum: float")
      .Attr("relu: bool")
      .In("x: T")
      .In("gamma: float")
      .In("beta: float")
      .In("moving_mean: float")
      .In("moving_variance: float")
      .In("residual: num_residuals * T")
      .Out("y: T")
      .Out("new_mean: float")
      .Out("new_variance: float")
      .Out("mean: float")
      .Out("inverse_deviation: float")
      .Register<Settings, RunForward>();
  native::Operation("NormTrainGrad")
      .Attr("T: {float, bfloat16}")
      .Attr("num_residuals: int >= 0")
      .Attr("num_outputs: int >= 0")
      .Attr("relu: bool")
      .In("dy: T")
      .In("x: T")
      .In("gamma: float")
      .In("mean: float")
      .In("inverse_deviation: float")
      .In("y: num_outputs * T")
      .Out("dx: T")
      .Out("dgamma: float")
      .Out("dbeta: float")
      .Out("dresidual: num_residuals * T")
      .Register<GradSettings, RunBackward>();
}

}  // namespace
