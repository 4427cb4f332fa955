// TensorFlow operations of our own: all weights of a network from one ring, and the gradient back onto it.
//
//   RingGenerate:     ring [N], indices [M], sizes [L], scales [L]   -> L kernels, flat
//   RingGenerateGrad: L gradients, indices [M], scales [L]; ring_size -> gradient [N]
//
// An index has the position in the ring in bits 0-30 and the sign in bit 31 (see rpg-core's index-array.ts). Callers
// have checked the positions; nothing here reads them twice. Both are bound by memory, so they share the work among
// threads by position and leave nothing between.
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <thread>
#include <vector>

#include "tensorflow/c/kernels.h"
#include "tensorflow/c/ops.h"
#include "tensorflow/c/tf_status.h"
#include "tensorflow/c/tf_tensor.h"

// One body, compiled for each instruction set; the loader picks what the processor has.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define FOR_EACH_CPU __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define FOR_EACH_CPU
#endif

namespace {

constexpr uint32_t kSign = 0x80000000u;
constexpr uint32_t kPosition = 0x7fffffffu;

// The gradient is summed in this many parts, added up in order afterwards: the same sums for any number of threads.
constexpr int kParts = 4;

// K = scale * sign * W[index]
FOR_EACH_CPU
void Generate(const float* __restrict ring, const uint32_t* __restrict indices, float scale, int64_t size,
              float* __restrict kernel) {
  const uint32_t* bits = reinterpret_cast<const uint32_t*>(ring);
#pragma GCC ivdep
  for (int64_t i = 0; i < size; i++) {
    const uint32_t index = indices[i];
    const uint32_t element = bits[index & kPosition] ^ (index & kSign);
    float value;
    std::memcpy(&value, &element, sizeof value);
    kernel[i] = value * scale;
  }
}

// dW[index] += scale * sign * dK
void Scatter(const float* gradient, const uint32_t* indices, float scale, int64_t size, float* ring) {
  for (int64_t i = 0; i < size; i++) {
    const float scaled = gradient[i] * scale;
    uint32_t element;
    std::memcpy(&element, &scaled, sizeof element);
    element ^= indices[i] & kSign;
    float value;
    std::memcpy(&value, &element, sizeof value);
    ring[indices[i] & kPosition] += value;
  }
}

FOR_EACH_CPU
void AddInto(float* __restrict total, const float* __restrict part, int64_t size) {
#pragma GCC ivdep
  for (int64_t i = 0; i < size; i++) total[i] += part[i];
}

// Runs work(0) ... work(count - 1), each once, on at most as many threads as the machine has.
template <typename Work>
void InParallel(int count, const Work& work) {
  const int threads = std::min<int>(count, std::max(1u, std::thread::hardware_concurrency()));
  std::atomic<int> next{0};
  const auto run = [&] {
    for (int i = next++; i < count; i = next++) work(i);
  };
  std::vector<std::thread> others;
  for (int i = 1; i < threads; i++) others.emplace_back(run);
  run();
  for (std::thread& other : others) other.join();
}

// Slots lie one behind the other; a part of the positions touches some of them. Calls visit(slot, start, end) with
// positions counted from the slot's own start.
template <typename Visit>
void EachSlot(const std::vector<int64_t>& offsets, int64_t start, int64_t end, const Visit& visit) {
  size_t slot = std::upper_bound(offsets.begin(), offsets.end(), start) - offsets.begin() - 1;
  for (int64_t at = start; at < end; slot++) {
    const int64_t stop = std::min(end, offsets[slot + 1]);
    visit(slot, at - offsets[slot], stop - offsets[slot]);
    at = stop;
  }
}

// A tensor of the C API that is let go at the end of its scope.
class Held {
 public:
  explicit Held(TF_Tensor* tensor = nullptr) : tensor_(tensor) {}
  Held(Held&& other) noexcept : tensor_(other.tensor_) { other.tensor_ = nullptr; }
  ~Held() {
    if (tensor_ != nullptr) TF_DeleteTensor(tensor_);
  }
  Held& operator=(Held&&) = delete;
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

Held Input(TF_OpKernelContext* context, int position, Status* status) {
  TF_Tensor* tensor = nullptr;
  TF_GetInput(context, position, &tensor, status->get());
  return Held(tensor);
}

Held Vector(TF_OpKernelContext* context, int position, int64_t size, Status* status) {
  return Held(TF_AllocateOutput(context, position, TF_FLOAT, &size, 1, size * sizeof(float), status->get()));
}

void RunGenerate(TF_OpKernelContext* context, Status* status) {
  const Held ring = Input(context, 0, status);
  const Held indices = Input(context, 1, status);
  const Held sizes = Input(context, 2, status);
  const Held scales = Input(context, 3, status);
  if (!status->ok()) return;
  std::vector<int64_t> offsets{0};
  std::vector<Held> kernels;
  for (int64_t slot = 0; slot < sizes.size(); slot++) {
    const int64_t size = sizes.data<int32_t>()[slot];
    offsets.push_back(offsets.back() + size);
    kernels.push_back(Vector(context, static_cast<int>(slot), size, status));
    if (!status->ok()) return;
  }
  if (offsets.back() != indices.size() || scales.size() != sizes.size()) {
    return status->Fail("sizes have to add up to the number of indices, with one scale each");
  }
  const int parts = 2 * std::max(1u, std::thread::hardware_concurrency());
  const int64_t total = indices.size();
  InParallel(parts, [&](int part) {
    EachSlot(offsets, total * part / parts, total * (part + 1) / parts, [&](size_t slot, int64_t start, int64_t end) {
      Generate(ring.data<float>(), indices.data<uint32_t>() + offsets[slot] + start, scales.data<float>()[slot],
               end - start, kernels[slot].data<float>() + start);
    });
  });
}

void RunGrad(TF_OpKernelContext* context, int64_t ring_size, Status* status) {
  const int num_slots = TF_NumInputs(context) - 2;
  std::vector<int64_t> offsets{0};
  std::vector<Held> gradients;
  for (int slot = 0; slot < num_slots; slot++) {
    gradients.push_back(Input(context, slot, status));
    if (!status->ok()) return;
    offsets.push_back(offsets.back() + gradients.back().size());
  }
  const Held indices = Input(context, num_slots, status);
  const Held scales = Input(context, num_slots + 1, status);
  if (!status->ok()) return;
  const Held result = Vector(context, 0, ring_size, status);
  if (!status->ok()) return;
  const int64_t total = offsets.back();
  if (total != indices.size() || scales.size() != num_slots) {
    return status->Fail("gradients have to have as many elements as there are indices, with one scale each");
  }
  std::vector<std::vector<float>> sums(kParts - 1);
  InParallel(kParts, [&](int part) {
    float* sum = result.data<float>();
    if (part > 0) {
      sums[part - 1].resize(ring_size);
      sum = sums[part - 1].data();
    } else {
      std::fill_n(sum, ring_size, 0.0f);
    }
    const int64_t start = total * part / kParts, stop = total * (part + 1) / kParts;
    EachSlot(offsets, start, stop, [&](size_t slot, int64_t from, int64_t to) {
      Scatter(gradients[slot].data<float>() + from, indices.data<uint32_t>() + offsets[slot] + from,
              scales.data<float>()[slot], to - from, sum);
    });
  });
  const int parts = 2 * std::max(1u, std::thread::hardware_concurrency());
  InParallel(parts, [&](int part) {
    const int64_t start = ring_size * part / parts, stop = ring_size * (part + 1) / parts;
    for (const std::vector<float>& sum : sums) AddInto(result.data<float>() + start, sum.data() + start, stop - start);
  });
}

void ComputeGenerate(void*, TF_OpKernelContext* context) {
  Status status;
  RunGenerate(context, &status);
  if (!status.ok()) TF_OpKernelContext_Failure(context, status.get());
}

struct GradKernel {
  int64_t ring_size = 0;
};

void* CreateGrad(TF_OpKernelConstruction* construction) {
  Status status;
  auto* kernel = new GradKernel;
  TF_OpKernelConstruction_GetAttrInt64(construction, "ring_size", &kernel->ring_size, status.get());
  if (!status.ok()) TF_OpKernelConstruction_Failure(construction, status.get());
  return kernel;
}

void ComputeGrad(void* kernel, TF_OpKernelContext* context) {
  Status status;
  RunGrad(context, static_cast<GradKernel*>(kernel)->ring_size, &status);
  if (!status.ok()) TF_OpKernelContext_Failure(context, status.get());
}

void DeleteGrad(void* kernel) { delete static_cast<GradKernel*>(kernel); }

void Register(TF_OpDefinitionBuilder* op, TF_KernelBuilder* kernel, const char* name) {
  Status status;
  TF_RegisterOpDefinition(op, status.get());
  if (status.ok()) TF_RegisterKernelBuilder(name, kernel, status.get());
}

__attribute__((constructor)) void RegisterAll() {
  TF_OpDefinitionBuilder* generate = TF_NewOpDefinitionBuilder("RingGenerate");
  TF_OpDefinitionBuilderAddAttr(generate, "num_slots: int >= 1");
  TF_OpDefinitionBuilderAddInput(generate, "ring: float");
  TF_OpDefinitionBuilderAddInput(generate, "indices: int32");
  TF_OpDefinitionBuilderAddInput(generate, "sizes: int32");
  TF_OpDefinitionBuilderAddInput(generate, "scales: float");
  TF_OpDefinitionBuilderAddOutput(generate, "kernels: num_slots * float");
  Register(generate, TF_NewKernelBuilder("RingGenerate", "CPU", nullptr, ComputeGenerate, nullptr), "RingGenerate");

  TF_OpDefinitionBuilder* grad = TF_NewOpDefinitionBuilder("RingGenerateGrad");
  TF_OpDefinitionBuilderAddAttr(grad, "num_slots: int >= 1");
  TF_OpDefinitionBuilderAddAttr(grad, "ring_size: int >= 1");
  TF_OpDefinitionBuilderAddInput(grad, "gradients: num_slots * float");
  TF_OpDefinitionBuilderAddInput(grad, "indices: int32");
  TF_OpDefinitionBuilderAddInput(grad, "scales: float");
  TF_OpDefinitionBuilderAddOutput(grad, "gradient: float");
  Register(grad, TF_NewKernelBuilder("RingGenerateGrad", "CPU", CreateGrad, ComputeGrad, DeleteGrad),
           "RingGenerateGrad");
}

}  // namespace
