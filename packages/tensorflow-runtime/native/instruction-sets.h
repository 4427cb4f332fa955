// Whether the compiler makes code for instruction sets that the processor may lack, to be asked for when it runs.
#pragma once

// GCC alone has what this folder uses: target_clones by levels of x86-64, and targets for the rest of a file.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define HAS_X86_LEVELS
#endif
