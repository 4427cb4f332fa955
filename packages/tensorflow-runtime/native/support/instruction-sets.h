// Code for instruction sets that the processor may lack, to be asked for when it runs.
//
// The sets are those of x86-64-v3 and x86-64-v4, written out: GCC knows the levels by name from version 12 on, and clang
// takes no name of a level for a function.
#pragma once

#if defined(__x86_64__) && (defined(__clang__) || __GNUC__ >= 10)
#define HAS_X86_LEVELS

#define X86_LEVEL_3 "avx2,bmi,bmi2,f16c,fma,lzcnt,movbe"
#define X86_LEVEL_4 X86_LEVEL_3 ",avx512f,avx512bw,avx512cd,avx512dq,avx512vl"
#define X86_BFLOAT16 X86_LEVEL_4 ",avx512vnni,avx512bf16"

#define PRAGMA(text) _Pragma(#text)

// Functions between BEGIN_TARGET and END_TARGET are compiled for `set`. What a file includes before is not: inline functions of other headers
// may be shared with files for any processor.
#ifdef __clang__
#define BEGIN_TARGET(set) PRAGMA(clang attribute push(__attribute__((target(set))), apply_to = function))
#define END_TARGET PRAGMA(clang attribute pop)
// From here on a product and the sum it goes into are rounded once.
#define CONTRACT_PRODUCTS PRAGMA(clang fp contract(fast))
#else
#define BEGIN_TARGET(set) PRAGMA(GCC push_options) PRAGMA(GCC target(set))
#define END_TARGET PRAGMA(GCC pop_options)
#define CONTRACT_PRODUCTS PRAGMA(GCC optimize("fp-contract=fast"))
#endif

namespace native {

// The level of x86-64 that this processor runs: 1, 3 or 4. Those with these sets have the smaller ones beside them too.
inline int X86Level() {
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma") || !__builtin_cpu_supports("bmi2")) return 1;
  const bool has_avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                          __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                          __builtin_cpu_supports("avx512vl");
  return has_avx512 ? 4 : 3;
}

}  // namespace native
#endif
