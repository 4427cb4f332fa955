// TensorFlow operations of our own: all weights of a network from one ring, and the gradient back onto it.
//
//   RingGenerate:     ring [N], indices [M], sizes [L], scales [L]   -> L kernels, flat, float32 or bfloat16
//   RingGenerateGrad: L gradients, either, indices [M], scales [L]; ring_size -> gradient [N]
//
// An index has the position in the ring in bits 0-30 and the sign in bit 31 (see rpg-core's index-array.ts). Callers
// have checked the positions; nothing here reads them twice. Both are bound by memory, so they share the work among
// threads by position and leave nothing between.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "kernel-support.h"
#include "numbers.h"

namespace {

using native::Attributes;
using native::Bfloat16;
using native::Held;
using native::Input;
using native::InParallel;
using native::NumThreads;
using native::Status;

constexpr uint32_t kSign = 0x80000000u;
constexpr uint32_t kPosition = 0x7fffffffu;

// The gradient is summed in this many parts, added up in order afterwards: the same sums for any number of threads.
constexpr int kParts = 4;

// K = scale * sign * W[index]
template <typename T>
INLINED void GenerateInto(const float* __restrict ring, const uint32_t* __restrict indices, float scale, int64_t size,
                          T* __restrict kernel) {
  const uint32_t* bits = reinterpret_cast<const uint32_t*>(ring);
#pragma GCC ivdep
  for (int64_t i = 0; i < size; i++) {
    const uint32_t index = indices[i];
    const uint32_t element = bits[index & kPosition] ^ (index & kSign);
    float value;
    std::memcpy(&value, &element, sizeof value);
    native::Store(value * scale, kernel + i);
  }
}

FOR_EACH_CPU
void Generate(const float* ring, const uint32_t* indices, float scale, int64_t size, float* kernel) {
  GenerateInto(ring, indices, scale, size, kernel);
}

FOR_EACH_CPU
void Generate(const float* ring, const uint32_t* indices, float scale, int64_t size, Bfloat16* kernel) {
  GenerateInto(ring, indices, scale, size, kernel);
}

// Elements of the ring are asked for this many additions before they are needed: they lie anywhere in it.
constexpr int64_t kAhead = 32;

INLINED void AddOne(float gradient, uint32_t index, float scale, float* ring) {
  const float scaled = gradient * scale;
  uint32_t element;
  std::memcpy(&element, &scaled, sizeof element);
  element ^= index & kSign;
  float value;
  std::memcpy(&value, &element, sizeof value);
  ring[index & kPosition] += value;
}

// dW[index] += scale * sign * dK
template <typename T>
void Scatter(const T* gradient, const uint32_t* indices, float scale, int64_t size, float* ring) {
  int64_t i = 0;
  for (; i + kAhead < size; i++) {
    __builtin_prefetch(ring + (indices[i + kAhead] & kPosition), 1);
    AddOne(native::ToFloat(gradient[i]), indices[i], scale, ring);
  }
  for (; i < size; i++) AddOne(native::ToFloat(gradient[i]), indices[i], scale, ring);
}

FOR_EACH_CPU
void AddInto(float* __restrict total, const float* __restrict part, int64_t size) {
#pragma GCC ivdep
  for (int64_t i = 0; i < size; i++) total[i] += part[i];
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

struct GenerateSettings {
  explicit GenerateSettings(Attributes attributes) : dtype(attributes.Type("T")) {}
  TF_DataType dtype;
};

// Slots one behind the other as in the index array, with where the data of each lies.
struct Slots {
  std::vector<int64_t> offsets{0};
  std::vector<Held> tensors;

  void Add(Held tensor, int64_t size) {
    tensors.push_back(std::move(tensor));
    offsets.push_back(offsets.back() + size);
  }
};

template <typename T>
void GenerateSlots(const Slots& slots, const Held& ring, const Held& indices, const Held& scales) {
  const int parts = 2 * NumThreads();
  const int64_t total = indices.size();
  InParallel(parts, [&](int part) {
    EachSlot(slots.offsets, total * part / parts, total * (part + 1) / parts, [&](size_t slot, int64_t start, int64_t end) {
      Generate(ring.data<float>(), indices.data<uint32_t>() + slots.offsets[slot] + start, scales.data<float>()[slot],
               end - start, slots.tensors[slot].data<T>() + start);
    });
  });
}

void RunGenerate(const GenerateSettings& settings, TF_OpKernelContext* context, Status* status) {
  const Held ring = Input(context, 0, status);
  const Held indices = Input(context, 1, status);
  const Held sizes = Input(context, 2, status);
  const Held scales = Input(context, 3, status);
  if (!status->ok()) return;
  Slots slots;
  for (int64_t slot = 0; slot < sizes.size(); slot++) {
    const int64_t size = sizes.data<int32_t>()[slot];
    slots.Add(native::Output(context, static_cast<int>(slot), settings.dtype, {size}, status), size);
    if (!status->ok()) return;
  }
  if (slots.offsets.back() != indices.size() || scales.size() != sizes.size()) {
    return status->Fail("sizes have to add up to the number of indices, with one scale each");
  }
  if (settings.dtype == TF_FLOAT) return GenerateSlots<float>(slots, ring, indices, scales);
  GenerateSlots<Bfloat16>(slots, ring, indices, scales);
}

struct GradSettings {
  explicit GradSettings(Attributes attributes) : ring_size(attributes.Int("ring_size")) {}
  int64_t ring_size;
};

// The sums of kParts parts of the positions, each for the whole ring; the first is the result's memory.
template <typename T>
void ScatterSlots(const Slots& slots, const Held& indices, const Held& scales, int64_t ring_size, float* result) {
  const int64_t total = indices.size();
  float* sums = native::Scratch((kParts - 1) * ring_size);  // new memory would cost as much as the additions
  InParallel(kParts, [&](int part) {
    float* sum = part == 0 ? result : sums + (part - 1) * ring_size;
    std::fill_n(sum, ring_size, 0.0f);
    const int64_t start = total * part / kParts, stop = total * (part + 1) / kParts;
    EachSlot(slots.offsets, start, stop, [&](size_t slot, int64_t from, int64_t to) {
      Scatter(slots.tensors[slot].data<T>() + from, indices.data<uint32_t>() + slots.offsets[slot] + from,
              scales.data<float>()[slot], to - from, sum);
    });
  });
  const int parts = 2 * NumThreads();
  InParallel(parts, [&](int part) {
    const int64_t start = ring_size * part / parts, stop = ring_size * (part + 1) / parts;
    for (int i = 0; i + 1 < kParts; i++) AddInto(result + start, sums + i * ring_size + start, stop - start);
  });
}

void RunGrad(const GradSettings& settings, TF_OpKernelContext* context, Status* status) {
  const int num_slots = TF_NumInputs(context) - 2;
  Slots slots;
  for (int slot = 0; slot < num_slots; slot++) {
    Held gradient = Input(context, slot, status);
    if (!status->ok()) return;
    const int64_t size = gradient.size();
    slots.Add(std::move(gradient), size);
  }
  const Held indices = Input(context, num_slots, status);
  const Held scales = Input(context, num_slots + 1, status);
  if (!status->ok()) return;
  const Held result = native::Output(context, 0, TF_FLOAT, {settings.ring_size}, status);
  if (!status->ok()) return;
  if (slots.offsets.back() != indices.size() || scales.size() != num_slots) {
    return status->Fail("gradients have to have as many elements as there are indices, with one scale each");
  }
  if (slots.tensors[0].dtype() == TF_FLOAT) {
    return ScatterSlots<float>(slots, indices, scales, settings.ring_size, result.data<float>());
  }
  ScatterSlots<Bfloat16>(slots, indices, scales, settings.ring_size, result.data<float>());
}

__attribute__((constructor)) void RegisterAll() {
  native::Operation("RingGenerate")
      .Attr("num_slots: int >= 1")
      .Attr("T: {float, bfloat16} = DT_FLOAT")
      .In("ring: float")
      .In("indices: int32")
      .In("sizes: int32")
      .In("scales: float")
      .Out("kernels: num_slots * T")
      .Register<GenerateSettings, RunGenerate>();
  native::Operation("RingGenerateGrad")
      .Attr("num_slots: int >= 1")
      .Attr("ring_size: int >= 1")
      .Attr("T: {float, bfloat16} = DT_FLOAT")
      .In("gradients: num_slots * T")
      .In("indices: int32")
      .In("scales: float")
      .Out("gradient: float")
      .Register<GradSettings, RunGrad>();
}

}  // namespace
