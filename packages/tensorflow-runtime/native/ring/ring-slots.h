// What generating weights from a ring and its gradient share: indices with signs, and slots that lie one behind the other.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "../support/operation-support.h"

namespace native {

// An index has the position in the ring in bits 0-30 and the sign in bit 31 (see rpg-core's index-array.ts). Callers have
// checked the positions; nothing here reads them twice.
constexpr uint32_t kSign = 0x80000000u;
constexpr uint32_t kPosition = 0x7fffffffu;

// Slots one behind the other as in the index array, with where the data of each lies.
struct Slots {
  std::vector<int64_t> offsets{0};
  std::vector<Held> tensors;

  void Add(Held tensor, int64_t size) {
    tensors.push_back(std::move(tensor));
    offsets.push_back(offsets.back() + size);
  }
};

}  // namespace native
