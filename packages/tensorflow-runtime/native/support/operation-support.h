// What all operations of native/ share: one body for each instruction set, owners for what TensorFlow's C API hands out,
// and how an operation is registered.
#pragma once

#include <cstdint>
#include <new>
#include <vector>

#include "instruction-sets.h"
#include "tensorflow/c/kernels.h"
#include "tensorflow/c/ops.h"
#include "tensorflow/c/tf_status.h"
#include "tensorflow/c/tf_tensor.h"
#include "worker-threads.h"

// One body, compiled for each instruction set; the loader picks what the processor has.
#ifndef HAS_X86_LEVELS
#define FOR_EACH_CPU
#elif defined(__clang__) || __GNUC__ < 12
#define FOR_EACH_CPU __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define FOR_EACH_CPU __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
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

// Memory of the calling thread, at least of this size; it lives on, so that the next call finds it.
inline float* Scratch(int64_t size) {
  static thread_local std::vector<float> memory;
  if (memory.size() < static_cast<size_t>(size)) memory.resize(size);
  return memory.data();
}

// The attributes of an operation, read once, when TensorFlow makes it.
class Attributes {
 public:
  Attributes(TF_OpKernelConstruction* construction, Status* status) : construction_(construction), status_(status) {}
  int64_t Int(const char* name) { return Read<int64_t>(name, TF_OpKernelConstruction_GetAttrInt64); }
  float Float(const char* name) { return Read<float>(name, TF_OpKernelConstruction_GetAttrFloat); }
  TF_DataType Type(const char* name) { return Read<TF_DataType>(name, TF_OpKernelConstruction_GetAttrType); }
  bool Bool(const char* name) { return Read<unsigned char>(name, TF_OpKernelConstruction_GetAttrBool) != 0; }

 private:
  template <typename T>
  T Read(const char* name, void (*read)(TF_OpKernelConstruction*, const char*, T*, TF_Status*)) {
    T value{};
    if (status_->ok()) read(construction_, name, &value, status_->get());
    return value;
  }

  TF_OpKernelConstruction* construction_;
  Status* status_;
};

// For operations without attributes.
struct NoSettings {
  explicit NoSettings(Attributes) {}
};

// Describes an operation and registers it, with its implementation for the CPU (a kernel in TensorFlow's words).
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

  // kRun computes the outputs; Settings are made once, from the operation's attributes.
  template <typename Settings, void (*kRun)(const Settings&, TF_OpKernelContext*, Status*)>
  void Register() {
    Status status;
    // Graphs take no operation without it; shapes are known when it runs.
    TF_OpDefinitionBuilderSetShapeInferenceFunction(definition_, TF_ShapeInferenceContextSetUnknownShape);
    TF_RegisterOpDefinition(definition_, status.get());
    if (!status.ok()) return;
    TF_KernelBuilder* builder = TF_NewKernelBuilder(name_, "CPU", Create<Settings>, Compute<Settings, kRun>,
                                                    [](void* settings) { delete static_cast<Settings*>(settings); });
    TF_RegisterKernelBuilder(name_, builder, status.get());
  }

 private:
  template <typename Settings>
  static void* Create(TF_OpKernelConstruction* construction) {
    Status status;
    auto* settings = new Settings(Attributes(construction, &status));
    if (!status.ok()) TF_OpKernelConstruction_Failure(construction, status.get());
    return settings;
  }

  template <typename Settings, void (*kRun)(const Settings&, TF_OpKernelContext*, Status*)>
  static void Compute(void* settings, TF_OpKernelContext* context) {
    Status status;
    try {
      kRun(*static_cast<Settings*>(settings), context, &status);
    } catch (const std::bad_alloc&) {
      status.Fail("there is not enough memory for this size");
    }
    if (!status.ok()) TF_OpKernelContext_Failure(context, status.get());
  }

  const char* name_;
  TF_OpDefinitionBuilder* definition_;
};

}  // namespace native
