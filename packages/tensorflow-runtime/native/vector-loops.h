// Numbers side by side, written with the compiler's own vectors, and products of matrices of them. Included once for each
// instruction set, by a file that defines VECTOR_BYTES, and the blocks of products that fit its registers: BLOCK_ROWS rows
// of BLOCK_PANELS panels, and for gradients GRADIENT_ROWS rows of GRADIENT_PANELS. Everything is local to that file: no
// inline function may come out of one into the others' hands.
#pragma once

#include <cstdint>

#include "winograd.h"

namespace native {
namespace {

#define ALWAYS_INLINED static inline __attribute__((always_inline))

typedef float Vector __attribute__((vector_size(VECTOR_BYTES)));
typedef float LooseVector __attribute__((vector_size(VECTOR_BYTES), aligned(4), may_alias));
typedef uint32_t Bits __attribute__((vector_size(VECTOR_BYTES)));
typedef uint16_t Halves __attribute__((vector_size(VECTOR_BYTES / 2)));
typedef uint16_t LooseHalves __attribute__((vector_size(VECTOR_BYTES / 2), aligned(2), may_alias));

constexpr int kLanes = VECTOR_BYTES / sizeof(float);
constexpr int kVectors = kPanel / kLanes;  // a panel

ALWAYS_INLINED Vector Load(const float* source) { return *reinterpret_cast<const LooseVector*>(source); }

ALWAYS_INLINED Vector Load(const uint16_t* source) {
  const Halves halves = *reinterpret_cast<const LooseHalves*>(source);
  return reinterpret_cast<Vector>(__builtin_convertvector(halves, Bits) << 16);
}

ALWAYS_INLINED void Save(Vector value, float* target) { *reinterpret_cast<LooseVector*>(target) = value; }

// Rounds to the nearest, ties to even; what is not a number stays so.
ALWAYS_INLINED void Save(Vector value, uint16_t* target) {
  const Bits bits = reinterpret_cast<Bits>(value);
  const Bits rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
  const Bits kept = (bits & 0x7fffffffu) > 0x7f800000u ? (bits & 0) + 0x7fc0u : rounded;
  *reinterpret_cast<LooseHalves*>(target) = __builtin_convertvector(kept, Halves);
}

// c [kRows, kPanels * kPanel] = a [kRows, depth] times b [kPanels, depth, kPanel], added to what is there unless it is the
// first. a's rows and columns lie a_row and a_column apart.
template <int kRows, int kPanels>
ALWAYS_INLINED void MultiplyBlock(const float* a, int64_t a_row, int64_t a_column, const float* b, int64_t depth,
                                  bool is_first, float* c, int64_t c_row) {
  constexpr int kColumns = kPanels * kVectors;
  Vector sums[kRows][kColumns];
#pragma GCC unroll 16
  for (int r = 0; r < kRows; r++)
#pragma GCC unroll 16
    for (int v = 0; v < kColumns; v++) sums[r][v] = is_first ? Vector{} : Load(c + r * c_row + v * kLanes);
  for (int64_t k = 0; k < depth; k++) {
    Vector row[kColumns];
#pragma GCC unroll 16
    for (int v = 0; v < kColumns; v++) {
      row[v] = Load(b + (v / kVectors * depth + k) * kPanel + v % kVectors * kLanes);
    }
#pragma GCC unroll 16
    for (int r = 0; r < kRows; r++)
#pragma GCC unroll 16
      for (int v = 0; v < kColumns; v++) sums[r][v] += a[r * a_row + k * a_column] * row[v];
  }
#pragma GCC unroll 16
  for (int r = 0; r < kRows; r++)
#pragma GCC unroll 16
    for (int v = 0; v < kColumns; v++) Save(sums[r][v], c + r * c_row + v * kLanes);
}

template <int kPanels>
void MultiplyPanels(int64_t rows, const float* a, const float* b, int64_t depth, float* c, int64_t c_row) {
  int64_t r = 0;
  for (; r + BLOCK_ROWS <= rows; r += BLOCK_ROWS) {
    MultiplyBlock<BLOCK_ROWS, kPanels>(a + r * depth, depth, 1, b, depth, true, c + r * c_row, c_row);
  }
  for (; r + 2 <= rows; r += 2) {
    MultiplyBlock<2, kPanels>(a + r * depth, depth, 1, b, depth, true, c + r * c_row, c_row);
  }
  if (r < rows) MultiplyBlock<1, kPanels>(a + r * depth, depth, 1, b, depth, true, c + r * c_row, c_row);
}

// c [rows, columns] = a [rows, depth] times b [columns / kPanel, depth, kPanel]
void Multiply(int64_t rows, int64_t depth, int64_t columns, const float* a, const float* b, float* c) {
  int64_t column = 0;
  for (; column + BLOCK_PANELS * kPanel <= columns; column += BLOCK_PANELS * kPanel) {
    MultiplyPanels<BLOCK_PANELS>(rows, a, b + column * depth, depth, c + column, columns);
  }
  for (; column < columns; column += kPanel) {
    MultiplyPanels<1>(rows, a, b + column * depth, depth, c + column, columns);
  }
}

}  // namespace
}  // namespace native
