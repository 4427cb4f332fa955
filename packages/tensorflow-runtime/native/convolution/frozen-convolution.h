// What the operations of frozen convolutions share: the bias, addition and ReLU behind the products.
#pragma once

#include <cstdint>
#include <vector>

#include "../support/operation-support.h"

namespace native {

// Inputs of these operations: x, the kernel, then biases [out] and additions [as y], none or one of each.
class FrozenConvolution {
 public:
  explicit FrozenConvolution(Attributes attributes)
      : num_biases_(attributes.Int("num_biases")),
        num_additions_(attributes.Int("num_additions")),
        has_relu_(attributes.Bool("has_relu")),
        next_(attributes.Bool("is_followed") ? Next::kSoon : Next::kAnyTime) {}

  // Whether what stands behind the products fits a result of this shape.
  bool Check(const std::vector<Held>& inputs, const std::vector<int64_t>& shape, Status* status) const {
    if (num_biases_ > 0 && inputs[2].size() != shape[3]) {
      status->Fail("bias has to have one number a channel");
    } else if (num_additions_ > 0 && ShapeOf(inputs[2 + num_biases_]) != shape) {
      status->Fail("addition has to have the shape of the result");
    }
    return status->ok();
  }

  // Sets bias, addition and has_relu of a call of the loops.
  template <typename T, typename Call>
  void Fill(const std::vector<Held>& inputs, Call* call) const {
    call->bias = num_biases_ > 0 ? inputs[2].data<T>() : nullptr;
    call->addition = num_additions_ > 0 ? inputs[2 + num_biases_].data<T>() : nullptr;
    call->has_relu = has_relu_;
  }

  // Whether other such operations follow at once.
  Next next() const { return next_; }

  // Adds their attributes and inputs.
  static void Describe(Operation* operation) {
    (*operation)
        .Attr("num_biases: int >= 0")
        .Attr("num_additions: int >= 0")
        .Attr("has_relu: bool")
        .Attr("is_followed: bool = false")
        .In("biases: num_biases * T")
        .In("additions: num_additions * T");
  }

 private:
  int64_t num_biases_, num_additions_;
  bool has_relu_;
  Next next_;
};

}  // namespace native
