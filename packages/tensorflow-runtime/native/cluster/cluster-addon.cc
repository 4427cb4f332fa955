// The addon `tensorflow_cluster.node`: what cluster-context.h has, as functions that return promises. The TypeScript beside
// it (src/cluster) is its only caller and passes what each function expects.
#include <node_api.h>

#include <memory>
#include <string>

#include "../support/node-values.h"
#include "cluster-context.h"
#include "promise-call.h"

namespace {

using cluster::Context;
using cluster::Outcome;
using cluster::Promise;
using native::Text;

constexpr size_t kMostArguments = 4;

struct Arguments {
  napi_value values[kMostArguments];

  Arguments(napi_env env, napi_callback_info info) {
    size_t count = kMostArguments;
    napi_get_cb_info(env, info, &count, values, nullptr, nullptr);
  }
};

std::string Bytes(napi_env env, napi_value value) {
  void* data = nullptr;
  size_t length = 0;
  napi_get_typedarray_info(env, value, nullptr, &length, &data, nullptr, nullptr);
  return std::string(static_cast<const char*>(data), length);
}

int64_t Integer(napi_env env, napi_value value) {
  int64_t integer = 0;
  napi_get_value_int64(env, value, &integer);
  return integer;
}

struct Floats {
  float* values = nullptr;
  size_t count = 0;
};

Floats FloatsOf(napi_env env, napi_value value) {
  Floats floats;
  napi_get_typedarray_info(env, value, nullptr, &floats.count, reinterpret_cast<void**>(&floats.values), nullptr, nullptr);
  return floats;
}

using Shared = std::shared_ptr<Context>;

Shared ContextOf(napi_env env, napi_value value) {
  void* data = nullptr;
  napi_get_value_external(env, value, &data);
  return *static_cast<Shared*>(data);
}

// create(serverDef, config, device, numWorkers): a context that has not joined yet.
napi_value Create(napi_env env, napi_callback_info info) {
  const Arguments a(env, info);
  auto* const shared = new Shared(std::make_shared<Context>(Bytes(env, a.values[0]), Bytes(env, a.values[1]),
                                                            Text(env, a.values[2]),
                                                            static_cast<int>(Integer(env, a.values[3]))));
  napi_value external;
  napi_create_external(
      env, shared, [](napi_env, void* data, void*) { delete static_cast<Shared*>(data); }, nullptr, &external);
  return external;
}

// join(context)
napi_value Join(napi_env env, napi_callback_info info) {
  const Arguments a(env, info);
  return Promise(env, [context = ContextOf(env, a.values[0])](std::string*) { return context->Join(); });
}

// allReduce(context, vector)
napi_value AllReduce(napi_env env, napi_callback_info info) {
  const Arguments a(env, info);
  const Floats f = FloatsOf(env, a.values[1]);
  const auto work = [context = ContextOf(env, a.values[0]), f](std::string*) { return context->AllReduce(f.values, f.count); };
  return Promise(env, work, false, a.values[1]);
}

// broadcast(context, vector, isRoot)
napi_value Broadcast(napi_env env, napi_callback_info info) {
  const Arguments a(env, info);
  const Floats f = FloatsOf(env, a.values[1]);
  bool is_root = false;
  napi_get_value_bool(env, a.values[2], &is_root);
  const auto work = [context = ContextOf(env, a.values[0]), f, is_root](std::string*) {
    return context->Broadcast(f.values, f.count, is_root);
  };
  return Promise(env, work, false, a.values[1]);
}

// barrier(context, name, timeoutMs)
napi_value Barrier(napi_env env, napi_callback_info info) {
  const Arguments a(env, info);
  const auto work = [context = ContextOf(env, a.values[0]), name = Text(env, a.values[1]),
                     timeout = Integer(env, a.values[2])](std::string*) { return context->Barrier(name, timeout); };
  return Promise(env, work);
}

// put(context, key, value)
napi_value Put(napi_env env, napi_callback_info info) {
  const Arguments a(env, info);
  const auto work = [context = ContextOf(env, a.values[0]), key = Text(env, a.values[1]),
                     value = Text(env, a.values[2])](std::string*) { return context->Put(key, value); };
  return Promise(env, work);
}

// get(context, key, timeoutMs)
napi_value Get(napi_env env, napi_callback_info info) {
  const Arguments a(env, info);
  const auto work = [context = ContextOf(env, a.values[0]), key = Text(env, a.values[1]),
                     timeout = Integer(env, a.values[2])](std::string* text) { return context->Get(key, timeout, text); };
  return Promise(env, work, true);
}

// report(context, message)
napi_value Report(napi_env env, napi_callback_info info) {
  const Arguments a(env, info);
  const auto work = [context = ContextOf(env, a.values[0]), message = Text(env, a.values[1])](std::string*) {
    return context->Report(message);
  };
  return Promise(env, work);
}

// close(context)
napi_value Close(napi_env env, napi_callback_info info) {
  const Arguments a(env, info);
  return Promise(env, [context = ContextOf(env, a.values[0])](std::string*) { return context->Close(); });
}

}  // namespace

NAPI_MODULE_INIT() {
  const struct {
    const char* name;
    napi_callback function;
  } functions[] = {{"create", Create},   {"join", Join}, {"allReduce", AllReduce}, {"broadcast", Broadcast},
                   {"barrier", Barrier}, {"put", Put},   {"get", Get},             {"report", Report},
                   {"close", Close}};
  for (const auto& [name, function] : functions) {
    napi_value value;
    napi_create_function(env, name, NAPI_AUTO_LENGTH, function, nullptr, &value);
    napi_set_named_property(env, exports, name, value);
  }
  return exports;
}
