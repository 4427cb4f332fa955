// A TensorFlow operation of our own: the gradient of RingGenerate with respect to the ring (see ring-generate.cc).
//
//   RingGenerateGrad: L gradients, float32 or bfloat16, indices [M], scales [L]; ring_size -> gradient [N], float32
//
// Every element of the ring sums its gradients in the order of their positions: the same bits for any number of threads and
// on any processor. Each thread owns a range of the ring and looks through all positions for what falls into it. That reads
// the indices once a thread, but their random places, which is what takes time, lie in a range that fits nearer caches.
#include <algorithm>
#include <cstdint>
#include <cstring>

#include "../support/operation-support.h"
#include "../support/numbers.h"
#include "ring-slots.h"

#ifdef HAS_X86_LEVELS
#include <immintrin.h>
#endif

namespace {

using native::Attributes;
using native::Bfloat16;
using native::Held;
using native::kPosition;
using native::kSign;
using native::Slots;
using native::Status;

// A range of the ring.
struct Range {
  uint32_t first, size;
};

// More threads would read the indices more often and gain little.
constexpr int kMaxRanges = 8;

// Elements of the ring are asked for this many additions before they are needed: they lie anywhere in the range.
constexpr int64_t kAhead = 48;

// Positions are looked through in pieces: what falls into a range is picked out, then added.
constexpr int64_t kPiece = 2048;
constexpr int64_t kLanes = 16;

struct Picked {
  int64_t count;
  uint32_t places[kPiece + kLanes];  // in the range
  float values[kPiece + kLanes];     // scale * sign * dK
};

template <typename T>
void Pick(const T* gradient, const uint32_t* indices, float scale, int64_t size, Range range, Picked* picked) {
  for (int64_t i = 0; i < size; i++) {
    const float scaled = native::ToFloat(gradient[i]) * scale;
    uint32_t bits;
    std::memcpy(&bits, &scaled, sizeof bits);
    bits ^= indices[i] & kSign;
    const uint32_t place = (indices[i] & kPosition) - range.first;
    // Written in any case and kept if it belongs: a branch would be guessed wrong half of the time.
    std::memcpy(picked->values + picked->count, &bits, sizeof bits);
    picked->places[picked->count] = place;
    picked->count += place < range.size;
  }
}

#ifdef HAS_X86_LEVELS
#define FOR_AVX512 __attribute__((target(X86_LEVEL_4)))

FOR_AVX512 inline __m512 LoadLanes(const float* source) { return _mm512_loadu_ps(source); }

FOR_AVX512 inline __m512 LoadLanes(const Bfloat16* source) {
  const __m256i halves = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(source));
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(halves), 16));
}

template <typename T>
FOR_AVX512 void PickAvx512(const T* gradient, const uint32_t* indices, float scale, int64_t size, Range range,
                           Picked* picked) {
  const __m512i position = _mm512_set1_epi32(kPosition);
  const __m512i first = _mm512_set1_epi32(static_cast<int>(range.first));
  const __m512i past = _mm512_set1_epi32(static_cast<int>(range.size));
  int64_t i = 0;
  for (; i + kLanes <= size; i += kLanes) {
    const __m512i index = _mm512_loadu_si512(indices + i);
    const __m512i scaled = _mm512_castps_si512(_mm512_mul_ps(LoadLanes(gradient + i), _mm512_set1_ps(scale)));
    const __m512i value = _mm512_xor_si512(scaled, _mm512_andnot_si512(position, index));
    const __m512i place = _mm512_sub_epi32(_mm512_and_si512(index, position), first);
    const __mmask16 is_here = _mm512_cmplt_epu32_mask(place, past);
    _mm512_storeu_si512(picked->places + picked->count, _mm512_maskz_compress_epi32(is_here, place));
    _mm512_storeu_si512(picked->values + picked->count, _mm512_maskz_compress_epi32(is_here, value));
    picked->count += __builtin_popcount(is_here);
  }
  Pick(gradient + i, indices + i, scale, size - i, range, picked);
}
#endif

void AddPicked(const Picked& picked, float* ring) {
  int64_t i = 0;
  for (; i + kAhead < picked.count; i++) {
    __builtin_prefetch(ring + picked.places[i + kAhead], 1);
    ring[picked.places[i]] += picked.values[i];
  }
  for (; i < picked.count; i++) ring[picked.places[i]] += picked.values[i];
}

// The gradient of one range.
template <typename T>
void SumRange(const Slots& slots, const Held& indices, const Held& scales, int64_t level, Range range, float* ring) {
  auto* pick = Pick<T>;
#ifdef HAS_X86_LEVELS
  if (level >= 4 && native::X86Level() == 4) pick = PickAvx512<T>;
#endif
  std::fill_n(ring, range.size, 0.0f);
  Picked picked;
  for (size_t slot = 0; slot < slots.tensors.size(); slot++) {
    const int64_t offset = slots.offsets[slot], size = slots.offsets[slot + 1] - offset;
    for (int64_t start = 0; start < size; start += kPiece) {
      picked.count = 0;
      pick(slots.tensors[slot].data<T>() + start, indices.data<uint32_t>() + offset + start, scales.data<float>()[slot],
           std::min(kPiece, size - start), range, &picked);
      AddPicked(picked, ring);
    }
  }
}

struct Settings {
  explicit Settings(Attributes attributes) : ring_size(attributes.Int("ring_size")), level(attributes.Int("level")) {}
  int64_t ring_size, level;
};

template <typename T>
void SumAll(const Settings& settings, const Slots& slots, const Held& indices, const Held& scales, float* result) {
  const int64_t ranges = std::min(native::NumThreads(), kMaxRanges), size = settings.ring_size;
  native::InParallel(static_cast<int>(ranges), [&](int part) {
    const int64_t first = size * part / ranges, end = size * (part + 1) / ranges;
    const Range range{static_cast<uint32_t>(first), static_cast<uint32_t>(end - first)};
    SumRange<T>(slots, indices, scales, settings.level, range, result + first);
  });
}

void Run(const Settings& settings, TF_OpKernelContext* context, Status* status) {
  const int num_slots = TF_NumInputs(context) - 2;
  Slots slots;
  for (int slot = 0; slot < num_slots; slot++) {
    Held gradient = native::Input(context, slot, status);
    if (!status->ok()) return;
    const int64_t size = gradient.size();
    slots.Add(std::move(gradient), size);
  }
  const Held indices = native::Input(context, num_slots, status);
  const Held scales = native::Input(context, num_slots + 1, status);
  if (!status->ok()) return;
  const Held result = native::Output(context, 0, TF_FLOAT, {settings.ring_size}, status);
  if (!status->ok()) return;
  if (slots.offsets.back() != indices.size() || scales.size() != num_slots) {
    return status->Fail("gradients have to have as many elements as there are indices, with one scale each");
  }
  const auto sum_all = slots.tensors[0].dtype() == TF_FLOAT ? SumAll<float> : SumAll<Bfloat16>;
  sum_all(settings, slots, indices, scales, result.data<float>());
}

__attribute__((constructor)) void Register() {
  native::Operation("RingGenerateGrad")
      .Attr("num_slots: int >= 1")
      .Attr("ring_size: int >= 1")
      .Attr("T: {float, bfloat16} = DT_FLOAT")
      .Attr("level: int = 4")
      .In("gradients: num_slots * T")
      .In("indices: int32")
      .In("scales: float")
      .Out("gradient: float")
      .Register<Settings, Run>();
}

}  // namespace
