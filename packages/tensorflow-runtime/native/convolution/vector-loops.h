// Products of matrices, in blocks that fit an instruction set's registers. The file that includes it defines VECTOR_BYTES
// (see vectors.h), BLOCK_ROWS rows of BLOCK_PANELS panels, and for gradients GRADIENT_ROWS rows of GRADIENT_PANELS.
#pragma once

#include <cstdint>

#include "../support/vectors.h"
#include "winograd.h"

namespace native {
namespace {

constexpr int kVectors = kPanel / kLanes;  // a panel

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
