// A call that blocks, as a promise: it runs on a thread of its own, since one that waits for other machines would hold up
// Node's few, which read files.
#ifndef PROMISE_CALL_H_
#define PROMISE_CALL_H_

#include <node_api.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "../support/node-values.h"
#include "cluster-context.h"

namespace cluster {

// What runs off the main thread; a text that it leaves in `text` is the promise's value.
using Work = std::function<Outcome(std::string* text)>;

struct PromiseCall {
  napi_deferred deferred = nullptr;
  napi_ref kept_alive = nullptr;  // the array that is written to
  bool has_text = false;
  Work work;
  Outcome outcome;
  std::string text;
};

// Settles the promise, on the main thread. The error carries TensorFlow's code, as `tensorflowCode`.
inline void Settle(napi_env env, napi_value /*function*/, void* /*context*/, void* data) {
  const std::unique_ptr<PromiseCall> call(static_cast<PromiseCall*>(data));
  if (env == nullptr) return;  // the environment is being torn down
  napi_handle_scope scope;
  napi_open_handle_scope(env, &scope);
  if (call->kept_alive != nullptr) napi_delete_reference(env, call->kept_alive);
  if (call->outcome.ok()) {
    napi_value value;
    if (call->has_text) {
      value = native::TextValue(env, call->text);
    } else {
      napi_get_undefined(env, &value);
    }
    napi_resolve_deferred(env, call->deferred, value);
  } else {
    napi_value error, code;
    napi_create_error(env, nullptr, native::TextValue(env, call->outcome.message), &error);
    napi_create_int32(env, call->outcome.code, &code);
    napi_set_named_property(env, error, "tensorflowCode", code);
    napi_reject_deferred(env, call->deferred, error);
  }
  napi_close_handle_scope(env, scope);
}

// @param array is kept alive until the call is done; nullptr for none
inline napi_value Promise(napi_env env, Work work, bool has_text = false, napi_value array = nullptr) {
  auto* const call = new PromiseCall;
  call->work = std::move(work);
  call->has_text = has_text;
  napi_value promise;
  napi_create_promise(env, &call->deferred, &promise);
  if (array != nullptr) napi_create_reference(env, array, 1, &call->kept_alive);
  napi_threadsafe_function settle;
  napi_create_threadsafe_function(env, nullptr, nullptr, native::TextValue(env, "cluster"), 0, 1, nullptr, nullptr, nullptr, Settle,
                                  &settle);
  std::thread([call, settle] {
    call->outcome = call->work(&call->text);
    napi_call_threadsafe_function(settle, call, napi_tsfn_blocking);
    napi_release_threadsafe_function(settle, napi_tsfn_release);
  }).detach();
  return promise;
}

}  // namespace cluster

#endif  // PROMISE_CALL_H_
