// One process's part in a cluster of TensorFlow servers: a context of its own beside that of tfjs, with a gRPC server, the
// coordination service (registration, heartbeats, keys, barriers) and collective operations over float32 vectors.
#ifndef CLUSTER_CONTEXT_H_
#define CLUSTER_CONTEXT_H_

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>

#include "tensorflow/c/c_api.h"
#include "tensorflow/c/eager/c_api.h"

namespace cluster {

// What a call came to: code 0 and no message where it went well, else TensorFlow's own.
struct Outcome {
  int code = 0;
  std::string message;
  bool ok() const { return code == 0; }
};

// Calls block and may be made from any thread. One collective at a time: they follow each other in the same order at all workers.
class Context {
 public:
  // Takes over a serialized ServerDef, whose session configuration is that of the context too.
  Context(std::string server_def, std::string config, std::string device, int num_workers);
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  // Starts the server and joins the cluster; returns when all workers have registered.
  Outcome Join();
  // The sum over all workers, element by element, in place of `values`.
  Outcome AllReduce(float* values, size_t count);
  // The values of the worker that is the root, in place of the others'.
  Outcome Broadcast(float* values, size_t count, bool is_root);
  Outcome Barrier(const std::string& name, int64_t timeout_ms);
  Outcome Put(const std::string& key, const std::string& value);
  // Waits until there is one, at most `timeout_ms`; 0: without limit.
  Outcome Get(const std::string& key, int64_t timeout_ms, std::string* value);
  // Every other worker's next call fails with this message.
  Outcome Report(const std::string& message);
  // Leaves together with all others; waits for them.
  Outcome Close();

 private:
  Outcome Collective(const char* name, float* values, size_t count, bool sends, bool receives);

  const std::string server_def_;
  const std::string config_;
  const std::string device_;
  const int num_workers_;
  std::mutex collective_mutex_;
  TFE_Context* context_ = nullptr;
};

}  // namespace cluster

#endif  // CLUSTER_CONTEXT_H_
