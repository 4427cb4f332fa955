// One update of all variables of a training: each number is read and written once, whatever the rule is made of.
//
//   SgdUpdate:             variables; settings [learningRate, momentum, weightDecay, nesterov (0 or 1)]
//   SgdMomentumUpdate:     variables, velocities; the same settings
//   RmspropUpdate:         variables, squares; [learningRate, smoothing, 1 - smoothing, epsilon, momentum, weightDecay]
//   RmspropMomentumUpdate: variables, squares, velocities; the same settings
//   AdamUpdate:            variables, means, squares; [stepSize, beta1, 1 - beta1, beta2, 1 - beta2, epsilon,
//                            rootOfCorrection, weightDecay]
//
// Inputs are the lists named, the list of gradients and the settings; outputs are the same lists, updated.
// Lists have one float32 tensor a variable. The arithmetic is that of the portable compositions in training-kit,
// operation by operation in float32, and gives the same bits.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "../support/operation-support.h"

namespace {

using native::Held;
using native::Input;
using native::InParallel;
using native::NoSettings;
using native::NumThreads;
using native::Output;
using native::ShapeOf;
using native::Status;

// Elements that one piece of work updates.
constexpr int64_t kPiece = 65536;

// Pointers to one piece of each list of one variable: what is read, and what is written.
struct Piece {
  const float* in[4];
  float* out[3];
  int64_t size;
};

FOR_EACH_CPU
void Sgd(const Piece& piece, const float* settings) {
  const float rate = settings[0], momentum = settings[1], decay = settings[2];
  const bool nesterov = settings[3] != 0.0f;
  const float *__restrict w = piece.in[0], *__restrict v = piece.in[1], *__restrict d = piece.in[2];
  float *__restrict next = piece.out[0], *__restrict velocity = piece.out[1];
  if (nesterov) {
#pragma GCC ivdep
    for (int64_t i = 0; i < piece.size; i++) {
      const float g = d[i] + w[i] * decay;
      const float moved = v[i] * momentum + g;
      velocity[i] = moved;
      next[i] = w[i] - (g + moved * momentum) * rate;
    }
    return;
  }
#pragma GCC ivdep
  for (int64_t i = 0; i < piece.size; i++) {
    const float g = d[i] + w[i] * decay;
    const float moved = v[i] * momentum + g;
    velocity[i] = moved;
    next[i] = w[i] - moved * rate;
  }
}

FOR_EACH_CPU
void SgdWithoutMomentum(const Piece& piece, const float* settings) {
  const float rate = settings[0], decay = settings[2];
  const float *__restrict w = piece.in[0], *__restrict d = piece.in[1];
  float* __restrict next = piece.out[0];
#pragma GCC ivdep
  for (int64_t i = 0; i < piece.size; i++) next[i] = w[i] - (d[i] + w[i] * decay) * rate;
}

FOR_EACH_CPU
void Rmsprop(const Piece& piece, const float* settings) {
  const float rate = settings[0], smoothing = settings[1], rest = settings[2], epsilon = settings[3];
  const float momentum = settings[4], decay = settings[5];
  const float *__restrict w = piece.in[0], *__restrict s = piece.in[1];
  const float *__restrict v = piece.in[2], *__restrict d = piece.in[3];
  float *__restrict next = piece.out[0], *__restrict squares = piece.out[1], *__restrict velocity = piece.out[2];
#pragma GCC ivdep
  for (int64_t i = 0; i < piece.size; i++) {
    const float g = d[i] + w[i] * decay;
    const float square = s[i] * smoothing + (g * g) * rest;
    const float moved = v[i] * momentum + g / (std::sqrt(square) + epsilon);
    squares[i] = square;
    velocity[i] = moved;
    next[i] = w[i] - moved * rate;
  }
}

FOR_EACH_CPU
void RmspropWithoutMomentum(const Piece& piece, const float* settings) {
  const float rate = settings[0], smoothing = settings[1], rest = settings[2], epsilon = settings[3];
  const float decay = settings[5];
  const float *__restrict w = piece.in[0], *__restrict s = piece.in[1], *__restrict d = piece.in[2];
  float *__restrict next = piece.out[0], *__restrict squares = piece.out[1];
#pragma GCC ivdep
  for (int64_t i = 0; i < piece.size; i++) {
    const float g = d[i] + w[i] * decay;
    const float square = s[i] * smoothing + (g * g) * rest;
    squares[i] = square;
    next[i] = w[i] - (g / (std::sqrt(square) + epsilon)) * rate;
  }
}

FOR_EACH_CPU
void Adam(const Piece& piece, const float* settings) {
  const float rate = settings[0], beta1 = settings[1], rest1 = settings[2], beta2 = settings[3], rest2 = settings[4];
  const float epsilon = settings[5], correction = settings[6], decay = settings[7];
  const float *__restrict w = piece.in[0], *__restrict m = piece.in[1];
  const float *__restrict s = piece.in[2], *__restrict d = piece.in[3];
  float *__restrict next = piece.out[0], *__restrict means = piece.out[1], *__restrict squares = piece.out[2];
#pragma GCC ivdep
  for (int64_t i = 0; i < piece.size; i++) {
    const float g = d[i] + w[i] * decay;
    const float mean = m[i] * beta1 + g * rest1;
    const float square = s[i] * beta2 + (g * g) * rest2;
    means[i] = mean;
    squares[i] = square;
    next[i] = w[i] - (mean / (std::sqrt(square) / correction + epsilon)) * rate;
  }
}

using Rule = void (*)(const Piece&, const float*);

// Updates kLists - 1 lists by the last one, the gradients.
template <int kLists, int kSettings, Rule kRule>
void Run(const NoSettings&, TF_OpKernelContext* context, Status* status) {
  const int num_variables = (TF_NumInputs(context) - 1) / kLists;
  const Held settings = Input(context, TF_NumInputs(context) - 1, status);
  if (!status->ok()) return;
  if (settings.size() != kSettings) return status->Fail("settings have the wrong number of elements");
  std::vector<Held> tensors;
  std::vector<Piece> pieces;
  for (int variable = 0; variable < num_variables; variable++) {
    Piece whole = {};
    for (int list = 0; list < kLists; list++) {
      tensors.push_back(Input(context, list * num_variables + variable, status));
      if (!status->ok()) return;
      whole.in[list] = tensors.back().data<float>();
      if (list > 0 && tensors.back().size() != whole.size) return status->Fail("all lists have to have the same shapes");
      whole.size = tensors.back().size();
    }
    const std::vector<int64_t> shape = ShapeOf(tensors.back());
    for (int list = 0; list + 1 < kLists; list++) {
      tensors.push_back(Output(context, list * num_variables + variable, TF_FLOAT, shape, status));
      if (!status->ok()) return;
      whole.out[list] = tensors.back().data<float>();
    }
    for (int64_t start = 0; start < whole.size; start += kPiece) {
      Piece piece = whole;
      for (const float*& in : piece.in) in = in == nullptr ? nullptr : in + start;
      for (float*& out : piece.out) out = out == nullptr ? nullptr : out + start;
      piece.size = std::min(kPiece, whole.size - start);
      pieces.push_back(piece);
    }
  }
  int64_t total = 0;
  for (const Piece& piece : pieces) total += piece.size;
  const auto work = [&](int i) { kRule(pieces[i], settings.data<float>()); };
  const int count = static_cast<int>(pieces.size());
  if (total <= kPiece) {
    for (int i = 0; i < count; i++) work(i);
  } else {
    InParallel(count, work);
  }
}

// An operation over lists of one tensor a variable; `names` are those that are updated.
template <int kLists, int kSettings, Rule kRule>
void Register(const char* name, const std::vector<const char*>& names) {
  native::Operation operation(name);
  operation.Attr("n: int >= 1");
  for (const char* list : names) operation.In((std::string(list) + ": n * float").c_str());
  operation.In("gradients: n * float").In("settings: float");
  for (const char* list : names) operation.Out((std::string("new_") + list + ": n * float").c_str());
  operation.Register<NoSettings, Run<kLists, kSettings, kRule>>();
}

__attribute__((constructor)) void RegisterAll() {
  Register<2, 4, SgdWithoutMomentum>("SgdUpdate", {"variables"});
  Register<3, 4, Sgd>("SgdMomentumUpdate", {"variables", "velocities"});
  Register<3, 6, RmspropWithoutMomentum>("RmspropUpdate", {"variables", "squares"});
  Register<4, 6, Rmsprop>("RmspropMomentumUpdate", {"variables", "squares", "velocities"});
  Register<4, 8, Adam>("AdamUpdate", {"variables", "means", "squares"});
}

}  // namespace
