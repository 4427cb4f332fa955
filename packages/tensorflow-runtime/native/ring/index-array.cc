// Draws a ring's index array by even sampling, with the signs:
//
//   RingIndexArray: states [3 + B, 4]; ring_size, num_generated, reflect -> indices [num_generated]
//
// The algorithm is that of rpg-core's index-array.ts and shuffle.ts, number by number: the same bits. The rows of
// `states` are random streams (a, b, c and counter of rng.ts): of the remainder, of the signs, of the choice of
// buckets, and of each bucket. B, the number of buckets, is a power of two; each bucket is shuffled on its own.
#include <algorithm>
#include <cstdint>
#include <vector>

#include "../support/operation-support.h"

namespace {

using native::Attributes;
using native::Held;
using native::InParallel;
using native::NumThreads;
using native::Status;

enum Row { kRemainder, kSigns, kBuckets, kFirstBucket };

// The stream of rng.ts.
class Stream {
 public:
  Stream(const uint32_t* states, int row)
      : a_(states[4 * row]), b_(states[4 * row + 1]), c_(states[4 * row + 2]), counter_(states[4 * row + 3]) {}
  uint32_t Next() {
    const uint32_t output = a_ + b_ + counter_++;
    a_ = b_ ^ (b_ >> 9);
    b_ = c_ + (c_ << 3);
    c_ = ((c_ << 21) | (c_ >> 11)) + output;
    return output;
  }

 private:
  uint32_t a_, b_, c_, counter_;
};

struct Settings {
  explicit Settings(Attributes attributes)
      : ring_size(attributes.Int("ring_size")),
        num_generated(attributes.Int("num_generated")),
        reflect(attributes.Bool("reflect")) {}
  int64_t ring_size;
  int64_t num_generated;
  bool reflect;
};

// M mod N different elements in rising order: Knuth's algorithm S, one word an element.
void DrawRemainder(const Settings& settings, Stream stream, std::vector<int32_t>& chosen) {
  size_t taken = 0;
  for (int64_t element = 0; taken < chosen.size(); element++) {
    const double needed = static_cast<double>(chosen.size() - taken);
    const double left = static_cast<double>(settings.ring_size - element);
    if (stream.Next() * left < needed * 4294967296.0) chosen[taken++] = static_cast<int32_t>(element);
  }
}

// The low half of a word serves one element, the high half the next.
void DrawBuckets(uint32_t mask, Stream stream, std::vector<uint16_t>& buckets) {
  const int64_t size = static_cast<int64_t>(buckets.size());
  for (int64_t i = 0; i < size; i += 2) {
    const uint32_t word = stream.Next();
    buckets[i] = word & mask;
    if (i + 1 < size) buckets[i + 1] = (word >> 16) & mask;
  }
}

// Where the elements of `part` go: behind those of all buckets before, and of earlier parts in the same bucket.
using Places = std::vector<std::vector<int64_t>>;

Places FindPlaces(const std::vector<uint16_t>& buckets, int parts, int num_buckets) {
  Places places(parts, std::vector<int64_t>(num_buckets));
  const int64_t size = buckets.size();
  InParallel(parts, [&](int part) {
    int64_t* counts = places[part].data();
    for (int64_t i = size * part / parts; i < size * (part + 1) / parts; i++) counts[buckets[i]]++;
  });
  int64_t total = 0;
  for (int bucket = 0; bucket < num_buckets; bucket++) {
    for (int part = 0; part < parts; part++) {
      const int64_t count = places[part][bucket];
      places[part][bucket] = total;
      total += count;
    }
  }
  return places;
}

// Whole copies of 0 ... N-1, then the remainder, each element behind those that its bucket holds already.
void Distribute(const Settings& settings, const std::vector<int32_t>& remainder, const std::vector<uint16_t>& buckets,
                Places places, int32_t* result) {
  const int64_t size = settings.num_generated, whole = size - static_cast<int64_t>(remainder.size());
  const int parts = static_cast<int>(places.size());
  InParallel(parts, [&](int part) {
    int64_t* ends = places[part].data();
    const int64_t start = size * part / parts, stop = size * (part + 1) / parts;
    int32_t element = static_cast<int32_t>(start % settings.ring_size);
    for (int64_t i = start; i < std::min(stop, whole); i++) {
      result[ends[buckets[i]]++] = element;
      element = element + 1 == settings.ring_size ? 0 : element + 1;
    }
    for (int64_t i = std::max(start, whole); i < stop; i++) result[ends[buckets[i]]++] = remainder[i - whole];
  });
}

// Fisher-Yates; positions by Lemire's method, as in shuffle.ts.
void Shuffle(int32_t* values, int64_t size, Stream stream) {
  for (uint32_t bound = static_cast<uint32_t>(size); bound > 1; bound--) {
    uint64_t product;
    do {
      product = static_cast<uint64_t>(stream.Next()) * bound;
    } while (static_cast<uint32_t>(product) < bound && static_cast<uint32_t>(product) < (1ull << 32) % bound);
    std::swap(values[product >> 32], values[bound - 1]);
  }
}

// One bit a weight, from the low bit of each word upwards, into bit 31.
void AddSigns(int32_t* indices, int64_t size, Stream stream) {
  uint32_t* words = reinterpret_cast<uint32_t*>(indices);
  for (int64_t start = 0; start < size; start += 32) {
    const uint32_t bits = stream.Next();
    for (int64_t i = start; i < std::min(size, start + 32); i++) words[i] |= (bits >> (i - start)) << 31;
  }
}

void Draw(const Settings& settings, TF_OpKernelContext* context, Status* status) {
  const Held states = native::Input(context, 0, status);
  if (!status->ok()) return;
  const int64_t num_buckets = states.dims() == 2 ? states.dim(0) - kFirstBucket : 0;
  const bool is_power = num_buckets > 0 && (num_buckets & (num_buckets - 1)) == 0;
  if (!is_power || num_buckets > 1 << 16 || states.dim(1) != 4) {
    return status->Fail("states have to be 3 + B rows of 4, with B a power of two up to 2^16");
  }
  const int64_t size = settings.num_generated;
  const Held result = native::Output(context, 0, TF_INT32, {size}, status);
  if (!status->ok()) return;
  int32_t* indices = result.data<int32_t>();
  const uint32_t* rows = states.data<uint32_t>();

  std::vector<int32_t> remainder(size % settings.ring_size);
  std::vector<uint16_t> buckets(size);
  InParallel(2, [&](int which) {
    if (which == 0) DrawRemainder(settings, Stream(rows, kRemainder), remainder);
    if (which == 1) DrawBuckets(static_cast<uint32_t>(num_buckets - 1), Stream(rows, kBuckets), buckets);
  });
  const Places places = FindPlaces(buckets, NumThreads(), static_cast<int>(num_buckets));
  Distribute(settings, remainder, buckets, places, indices);
  InParallel(static_cast<int>(num_buckets), [&](int bucket) {
    const int64_t start = places[0][bucket], stop = bucket + 1 < num_buckets ? places[0][bucket + 1] : size;
    Shuffle(indices + start, stop - start, Stream(rows, kFirstBucket + bucket));
  });
  if (settings.reflect) AddSigns(indices, size, Stream(rows, kSigns));
}

__attribute__((constructor)) void Register() {
  native::Operation("RingIndexArray")
      .Attr("ring_size: int >= 1")
      .Attr("num_generated: int >= 1")
      .Attr("reflect: bool")
      .In("states: int32")
      .Out("indices: int32")
      .Register<Settings, Draw>();
}

}  // namespace
