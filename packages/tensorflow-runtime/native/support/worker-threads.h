// Threads that live as long as the process and help with one piece of work after the other. Whoever hands out work does
// it too, and waits for no thread that has not begun: on a busy machine, where others would come late, it is done alone.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace native {

// As many threads as TensorFlow's own operations use.
inline int NumThreads() {
  static const int threads = [] {
    const char* wanted = getenv("TF_NUM_INTRAOP_THREADS");
    const int number = wanted == nullptr ? 0 : atoi(wanted);
    return number > 0 ? number : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  }();
  return threads;
}

// Whether other work is likely to follow within microseconds. Waking a thread takes as long as many a small convolution, so
// that threads then stay awake for it; they yield to any other that wants the processor.
enum class Next { kAnyTime, kSoon };

// Tries `is_done` for a while. Whether it came true.
template <typename Condition>
bool Await(const Condition& is_done) {
  constexpr std::chrono::microseconds kAwake{200};
  const auto end = std::chrono::steady_clock::now() + kAwake;
  while (!is_done()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

// One call of InParallel. Threads that come late find nothing left, and then leave `run`, which is gone by now, alone.
struct SharedWork {
  std::function<void(int)> run;
  int count;
  Next next_work;
  std::atomic<int> next{0};
  std::atomic<int> done{0};
  std::mutex mutex;
  std::condition_variable finished;

  void Help() {
    for (int i = next++; i < count; i = next++) {
      run(i);
      if (++done == count) {
        const std::lock_guard<std::mutex> lock(mutex);
        finished.notify_all();
      }
    }
  }

  void Wait() {
    if (next_work == Next::kSoon && Await([this] { return done == count; })) return;
    std::unique_lock<std::mutex> lock(mutex);
    finished.wait(lock, [this] { return done == count; });
  }
};

class WorkerThreads {
 public:
  // Never deleted: its threads may wait for work until the process ends.
  static WorkerThreads& Get() {
    static auto* workers = new WorkerThreads(NumThreads() - 1);
    return *workers;
  }

  void Offer(const std::shared_ptr<SharedWork>& work) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      current_ = work;
      offers_++;
    }
    offered_.notify_all();
  }

 private:
  explicit WorkerThreads(int threads) {
    for (int i = 0; i < threads; i++) std::thread([this] { Serve(); }).detach();
  }

  void Serve() {
    Next next = Next::kAnyTime;
    for (uint64_t seen = 0;;) {
      std::shared_ptr<SharedWork> work;
      if (next == Next::kSoon) Await([&] { return offers_ != seen; });
      {
        std::unique_lock<std::mutex> lock(mutex_);
        offered_.wait(lock, [&] { return offers_ != seen; });
        seen = offers_;
        work = current_;
      }
      next = work->next_work;
      work->Help();
    }
  }

  std::mutex mutex_;
  std::condition_variable offered_;
  std::shared_ptr<SharedWork> current_;
  std::atomic<uint64_t> offers_{0};
};

// Runs work(0) ... work(count - 1), each once, on at most NumThreads() threads, and returns when all are done.
template <typename Work>
void InParallel(int count, const Work& work, Next next = Next::kAnyTime) {
  if (count <= 1 || NumThreads() <= 1) {
    for (int i = 0; i < count; i++) work(i);
    return;
  }
  const auto shared = std::make_shared<SharedWork>();
  shared->run = [&work](int i) { work(i); };
  shared->count = count;
  shared->next_work = next;
  WorkerThreads::Get().Offer(shared);
  shared->Help();
  shared->Wait();
}

}  // namespace native
