// A TensorFlow operation of our own: all weights of a network from one ring. Its gradient is in ring-gradient.cc.
//
//   RingGenerate: ring [N], indices [M], sizes [L], scales [L] -> L kernels, flat, float32 or bfloat16
//
// Bound by memory, so threads share the work by position.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "../support/operation-support.h"
#include "../support/numbers.h"
#include "ring-slots.h"

namespace {

using native::Attributes;
using native::Bfloat16;
using native::Held;
using native::Input;
using native::InParallel;
using native::kPosition;
using native::kSign;
using native::NumThreads;
using native::Slots;
using native::Status;

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

// A part of the positions touches some slots. Calls visit(slot, start, end) for each, with positions counted from the slot's
// own start.
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

__attribute__((constructor)) void Register() {
  native::Operation("RingGenerate")
      .Attr("num_slots: int >= 1")
      .Attr("T: {float, bfloat16} = DT_FLOAT")
      .In("ring: float")
      .In("indices: int32")
      .In("sizes: int32")
      .In("scales: float")
      .Out("kernels: num_slots * T")
      .Register<GenerateSettings, RunGenerate>();
}

}  // namespace
