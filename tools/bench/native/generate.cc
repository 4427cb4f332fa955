// The bound to measure generation by: one pass over the index array, nothing else.
//
//   generate FILE generate|gradient REPEATS
//
// FILE is a plan as job-data.ts writes it. Speaks the lines of protocol.ts on standard input and output. Threads are
// OpenMP's.
#include <omp.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

constexpr uint32_t kPosition = 0x7fffffffu;

struct Plan {
  std::vector<int32_t> sizes;
  std::vector<float> scales;
  std::vector<uint32_t> indices;
  std::vector<float> ring;
};

template <typename T>
bool Read(FILE* file, std::vector<T>& values, size_t count) {
  values.resize(count);
  return fread(values.data(), sizeof(T), count, file) == count;
}

bool ReadPlan(const char* name, Plan& plan) {
  FILE* file = fopen(name, "rb");
  if (file == nullptr) return false;
  std::vector<int32_t> header;
  const bool ok = Read(file, header, 3) && Read(file, plan.sizes, header[2]) && Read(file, plan.scales, header[2]) &&
                  Read(file, plan.indices, header[1]) && Read(file, plan.ring, header[0]);
  fclose(file);
  return ok;
}

float Signed(float value, uint32_t index) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  bits ^= index & ~kPosition;
  memcpy(&value, &bits, sizeof bits);
  return value;
}

void Generate(const Plan& plan, std::vector<float>& weights) {
  const float* ring = plan.ring.data();
#pragma omp parallel
  {
    int64_t offset = 0;
    for (size_t slot = 0; slot < plan.sizes.size(); slot++) {
      const float scale = plan.scales[slot];
      const uint32_t* indices = plan.indices.data() + offset;
      float* out = weights.data() + offset;
#pragma omp for simd schedule(static) nowait
      for (int32_t i = 0; i < plan.sizes[slot]; i++) out[i] = Signed(ring[indices[i] & kPosition], indices[i]) * scale;
      offset += plan.sizes[slot];
    }
  }
}

// Each thread adds into a copy of its own; the copies are added up at the end.
void Gradient(const Plan& plan, const std::vector<float>& d_weights, std::vector<std::vector<float>>& copies,
              std::vector<float>& d_ring) {
  const int64_t ring_size = d_ring.size();
#pragma omp parallel
  {
    std::vector<float>& own = copies[omp_get_thread_num()];
    memset(own.data(), 0, own.size() * sizeof(float));
    int64_t offset = 0;
    for (size_t slot = 0; slot < plan.sizes.size(); slot++) {
      const float scale = plan.scales[slot];
      const uint32_t* indices = plan.indices.data() + offset;
      const float* in = d_weights.data() + offset;
#pragma omp for schedule(static) nowait
      for (int32_t i = 0; i < plan.sizes[slot]; i++) own[indices[i] & kPosition] += Signed(in[i], indices[i]) * scale;
      offset += plan.sizes[slot];
    }
#pragma omp barrier
    const int num_copies = omp_get_num_threads();
#pragma omp for schedule(static)
    for (int64_t i = 0; i < ring_size; i++) {
      float sum = copies[0][i];
      for (int copy = 1; copy < num_copies; copy++) sum += copies[copy][i];
      d_ring[i] = sum;
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  Plan plan;
  if (argc != 4 || !ReadPlan(argv[1], plan)) {
    printf("{\"reply\":\"error\",\"message\":\"usage: generate PLAN generate|gradient REPEATS; the plan must be whole\"}\n");
    return 1;
  }
  const bool is_gradient = strcmp(argv[2], "gradient") == 0;
  const int repeats = atoi(argv[3]);
  std::vector<float> weights(plan.indices.size(), 1.0f);
  std::vector<float> d_ring(is_gradient ? plan.ring.size() : 0);
  std::vector<std::vector<float>> copies(is_gradient ? omp_get_max_threads() : 0, std::vector<float>(plan.ring.size()));
  const auto do_once = [&] {
    if (is_gradient) Gradient(plan, weights, copies, d_ring);
    else Generate(plan, weights);
  };
  do_once();
  double value = 0;
  if (is_gradient) for (size_t i = 0; i < d_ring.size(); i++) value += double(d_ring[i]) * plan.ring[i];
  else for (const float weight : weights) value += weight;

  printf("{\"reply\":\"ready\",\"numParameters\":0,\"facts\":{\"compiler\":\"%s\",\"threads\":%d}}\n", __VERSION__,
         omp_get_max_threads());
  fflush(stdout);
  char line[256];
  while (fgets(line, sizeof line, stdin) != nullptr && strstr(line, "\"quit\"") == nullptr) {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < repeats; i++) do_once();
    const std::chrono::duration<double, std::milli> spent = std::chrono::steady_clock::now() - start;
    printf("{\"reply\":\"done\",\"timeMs\":%.6f,\"value\":%.9g}\n", spent.count() / repeats, value);
    fflush(stdout);
  }
}
