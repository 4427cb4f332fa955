#include "cluster-context.h"

#include <cstring>
#include <initializer_list>
#include <memory>
#include <utility>
#include <vector>

#include "tensorflow/c/c_api_experimental.h"
#include "tensorflow/c/eager/c_api_experimental.h"
#include "tensorflow/c/tf_tensor.h"

namespace cluster {
namespace {

// The same at every call: the leader then keeps one set of parameters, and nothing grows with the number of steps.
constexpr int32_t kGroupKey = 1;

// Operations of another kind or length are other instances.
int32_t InstanceKey(const char* operation, size_t count) {
  uint32_t hash = 2166136261u;  // FNV-1a
  const auto mix = [&hash](unsigned char byte) { hash = (hash ^ byte) * 16777619u; };
  for (const char* letter = operation; *letter != '\0'; letter++) mix(static_cast<unsigned char>(*letter));
  for (size_t rest = count; rest > 0; rest >>= 8) mix(static_cast<unsigned char>(rest & 0xff));
  return static_cast<int32_t>(hash & 0x3fffffff) + 2;
}

struct StatusDeleter {
  void operator()(TF_Status* status) const { TF_DeleteStatus(status); }
};
using Status = std::unique_ptr<TF_Status, StatusDeleter>;

Status NewStatus() { return Status(TF_NewStatus()); }

Outcome OutcomeOf(const Status& status) {
  return {static_cast<int>(TF_GetCode(status.get())), TF_Message(status.get())};
}

struct TensorDeleter {
  void operator()(TF_Tensor* tensor) const { TF_DeleteTensor(tensor); }
};
struct HandleDeleter {
  void operator()(TFE_TensorHandle* handle) const { TFE_DeleteTensorHandle(handle); }
};
struct OpDeleter {
  void operator()(TFE_Op* op) const { TFE_DeleteOp(op); }
};
using Tensor = std::unique_ptr<TF_Tensor, TensorDeleter>;
using Handle = std::unique_ptr<TFE_TensorHandle, HandleDeleter>;
using Op = std::unique_ptr<TFE_Op, OpDeleter>;

Handle HandleOf(TF_DataType dtype, std::vector<int64_t> shape, const void* bytes, size_t num_bytes, const Status& status) {
  const Tensor tensor(TF_AllocateTensor(dtype, shape.data(), static_cast<int>(shape.size()), num_bytes));
  std::memcpy(TF_TensorData(tensor.get()), bytes, num_bytes);
  return Handle(TFE_NewTensorHandle(tensor.get(), status.get()));
}

void AddIntegers(TFE_Op* op, std::initializer_list<int32_t> values, const Status& status) {
  for (const int32_t value : values) {
    if (TF_GetCode(status.get()) != TF_OK) return;
    const Handle handle = HandleOf(TF_INT32, {}, &value, sizeof(value), status);
    if (handle) TFE_OpAddInput(op, handle.get(), status.get());
  }
}

}  // namespace

Context::Context(std::string server_def, std::string config, std::string device, int num_workers)
    : server_def_(std::move(server_def)),
      config_(std::move(config)),
      device_(std::move(device)),
      num_workers_(num_workers) {}

// A context that was not closed stays: deleting it would wait for workers that may be gone, at the end of a process.
Context::~Context() = default;

Outcome Context::Join() {
  const Status status = NewStatus();
  TFE_ContextOptions* const options = TFE_NewContextOptions();
  TFE_ContextOptionsSetConfig(options, config_.data(), config_.size(), status.get());
  if (TF_GetCode(status.get()) == TF_OK) context_ = TFE_NewContext(options, status.get());
  TFE_DeleteContextOptions(options);
  if (TF_GetCode(status.get()) != TF_OK) return OutcomeOf(status);
  TFE_EnableCollectiveOps(context_, server_def_.data(), server_def_.size(), status.get());
  return OutcomeOf(status);
}

Outcome Context::AllReduce(float* values, size_t count) {
  return Collective("CollectiveReduceV2", values, count, true, true);
}

Outcome Context::Broadcast(float* values, size_t count, bool is_root) {
  return Collective(is_root ? "CollectiveBcastSendV2" : "CollectiveBcastRecvV2", values, count, is_root, !is_root);
}

Outcome Context::Collective(const char* name, float* values, size_t count, bool sends, bool receives) {
  const std::lock_guard<std::mutex> lock(collective_mutex_);
  const Status status = NewStatus();
  const Op op(TFE_NewOp(context_, name, status.get()));
  if (TF_GetCode(status.get()) != TF_OK) return OutcomeOf(status);
  TFE_OpSetDevice(op.get(), device_.c_str(), status.get());
  TFE_OpSetAttrType(op.get(), "T", TF_FLOAT);
  TFE_OpSetAttrString(op.get(), "communication_hint", "ring", 4);
  const int64_t length = static_cast<int64_t>(count);
  if (sends && TF_GetCode(status.get()) == TF_OK) {
    const Handle input = HandleOf(TF_FLOAT, {length}, values, count * sizeof(float), status);
    if (input) TFE_OpAddInput(op.get(), input.get(), status.get());
  }
  // Sender and receiver of a broadcast are one instance.
  AddIntegers(op.get(), {num_workers_, kGroupKey, InstanceKey(sends && receives ? "reduce" : "broadcast", count)}, status);
  if (sends && receives) {
    TFE_OpSetAttrString(op.get(), "merge_op", "Add", 3);
    TFE_OpSetAttrString(op.get(), "final_op", "Id", 2);
    if (TF_GetCode(status.get()) == TF_OK) TFE_OpAddInputList(op.get(), nullptr, 0, status.get());  // no ordering tokens
  } else if (receives && TF_GetCode(status.get()) == TF_OK) {
    const Handle shape = HandleOf(TF_INT64, {1}, &length, sizeof(length), status);
    TFE_OpSetAttrType(op.get(), "Tshape", TF_INT64);
    if (shape) TFE_OpAddInput(op.get(), shape.get(), status.get());
  }
  if (TF_GetCode(status.get()) != TF_OK) return OutcomeOf(status);

  TFE_TensorHandle* result = nullptr;
  int num_results = 1;
  TFE_Execute(op.get(), &result, &num_results, status.get());
  const Handle output(result);
  if (TF_GetCode(status.get()) != TF_OK || !receives) return OutcomeOf(status);
  const Tensor tensor(TFE_TensorHandleResolve(output.get(), status.get()));
  if (TF_GetCode(status.get()) == TF_OK) std::memcpy(values, TF_TensorData(tensor.get()), count * sizeof(float));
  return OutcomeOf(status);
}

Outcome Context::Barrier(const std::string& name, int64_t timeout_ms) {
  const Status status = NewStatus();
  TFE_WaitAtBarrier(context_, name.c_str(), timeout_ms, status.get());
  return OutcomeOf(status);
}

Outcome Context::Put(const std::string& key, const std::string& value) {
  const Status status = NewStatus();
  TFE_InsertConfigKeyValue(context_, key.c_str(), value.c_str(), status.get());
  return OutcomeOf(status);
}

Outcome Context::Get(const std::string& key, int64_t timeout_ms, std::string* value) {
  const Status status = NewStatus();
  TF_Buffer* const buffer = TF_NewBuffer();
  TFE_GetConfigKeyValue(context_, key.c_str(), timeout_ms, buffer, status.get());
  if (TF_GetCode(status.get()) == TF_OK) value->assign(static_cast<const char*>(buffer->data), buffer->length);
  TF_DeleteBuffer(buffer);
  return OutcomeOf(status);
}

Outcome Context::Report(const std::string& message) {
  const Status status = NewStatus();
  TFE_ReportErrorToCluster(context_, TF_ABORTED, message.c_str(), status.get());
  return OutcomeOf(status);
}

Outcome Context::Close() {
  if (context_ != nullptr) TFE_DeleteContext(context_);
  context_ = nullptr;
  return {};
}

}  // namespace cluster
