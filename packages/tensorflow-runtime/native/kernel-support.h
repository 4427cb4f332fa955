// What the operations of this folder share: one body for each instruction set, and owners for what the C API
// hands out.
#pragma once

#include <cstdint>
#include <vector>

#include "tensorflow/c/kernels.h"
#include "tensorflow/c/ops.h"
#include "tensorflow/c/tf_status.h"
#include "tensorflow/c/tf_tensor.h"
#include "worker-threads.h"

// One body, compiled for each instruction set; the loader picks what the processor has.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define FOR_EACH_CPU __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define FOR_EACH_CPU
#endif

// The body of several functions above; inlined, so that it is compiled for the same instruction set.
#define INLINED inline __attribute__((always_inline))

namespace native {

// A tensor of the C API that is let go at the end of its scope.
class Held {
 public:
  explicit Held(TF_Tensor* tensor = nullptr) : tensor_(tensor) {}
  Held(Held&& other) noexcept : tensor_(other.tensor_) { other.tensor_ = nullptr; }
  ~Held() {
    if (tensor_ != nullptr) TF_DeleteTensor(tensor_);
  }
  Held& operator=(Held&&) = delete;
  int dims() const { return TF_NumDims(tensor_); }
  int64_t dim(int axis) const { return TF_Dim(tensor_, axis); }
  TF_DataType dtype() const { return TF_TensorType(tensor_); }
  int64_t size() const { return TF_TensorElementCount(tensor_); }
  template <typename T>
  T* data() const {
    return static_cast<T*>(TF_TensorData(tensor_));
  }

 private:
  TF_Tensor* tensor_;
};

// The status of one call; a failure is handed to TensorFlow, which reports it with the operation's name.
class Status {
 public:
  Status() : status_(TF_NewStatus()) {}
  ~Status() { TF_DeleteStatus(status_); }
  TF_Status* get() { return status_; }
  bool ok() const { return TF_GetCode(status_) == TF_OK; }
  void Fail(const char* message) { TF_SetStatus(status_, TF_INVALID_ARGUMENT, message); }

 private:
  TF_Status* status_;
};

inline Held Input(TF_OpKernelContext* context, int position, Status* status) {
  TF_Tensor* tensor = nullptr;
  TF_GetInput(context, position, &tensor, status->get());
  return Held(tensor);
}

// All inputs in order; fewer when one cannot be had.
inline std::vector<Held> Inputs(TF_OpKernelContext* context, Status* status) {
  std::vector<Held> inputs;
  for (int i = 0; i < TF_NumInputs(context) && status->ok(); i++) inputs.push_back(Input(context, i, status));
  return inputs;
}

// An output of the given type and shape.
inline Held Output(TF_OpKernelContext* context, int position, TF_DataType dtype, const std::vector<int64_t>& shape,
                   Status* status) {
  size_t bytes = TF_DataTypeSize(dtype);
  for (const int64_t dimension : shape) bytes *= dimension;
  return Held(TF_AllocateOutput(context, position, dtype, shape.data(), static_cast<int>(shape.size()), bytes,
                                status->get()));
}

inline std::vector<int64_t> ShapeOf(const Held& tensor) {
  std::vector<int64_t> shape(tensor.dims());
  for (int axis = 0; axis < tensor.dims(); axis++) shape[axis] = tensor.dim(axis);
  return shape;
}

// Describes an operation and registers it with its kernel for the CPU.
class Operation {
 public:
  explicit Operation(const char* name) : name_(name), definition_(TF_NewOpDefinitionBuilder(name)) {}
  Operation& Attr(const char* text) {
    TF_OpDefinitionBuilderAddAttr(definition_, text);
    return *this;
  }
  Operation& In(const char* text) {
    TF_OpDefinitionBuilderAddInput(definition_, text);
    return *this;
  }
  Operation& Out(const char* text) {
    TF_OpDefinitionBuilderAddOutput(definition_, text);
    return *this;
  }
  void Register(void* (*create)(TF_OpKernelConstruction*), void (*compute)(void*, TF_OpKernelContext*),
                void (*remove)(void*)) {
    native::Status status;
    TF_RegisterOpDefinition(definition_, status.get());
    if (!status.ok()) return;
    TF_RegisterKernelBuilder(name_, TF_NewKernelBuilder(name_, "CPU", create, compute, remove), status.get());
  }

 private:
  const char* name_;
  TF_OpDefinitionBuilder* definition_;
};

}  // namespace native
