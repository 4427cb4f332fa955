// A small addon of its own, loaded before TensorFlow's library: settings that native code reads from the environment.
// Only here can a worker thread make them, whose `process.env` is a copy that getenv never sees.
#include <node_api.h>

#include <cstdlib>
#include <map>
#include <mutex>
#include <string>

#include "instruction-sets.h"
#include "loopback.h"
#include "node-values.h"

extern char** environ;

namespace {

using Settings = std::map<std::string, std::string>;

// One for the whole process, whichever thread loads this first.
std::mutex mutex;
bool is_fixed = false;
Settings fixed;  // the environment as TensorFlow found it

Settings Environment() {
  Settings all;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; entry++) {
    const std::string text = *entry;
    const size_t equals = text.find('=');
    if (equals != std::string::npos) all[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return all;
}

using native::Text;
using native::TextValue;

// The entries of an object of strings.
Settings Entries(napi_env env, napi_value object) {
  Settings entries;
  napi_value names;
  uint32_t count = 0;
  napi_get_property_names(env, object, &names);
  napi_get_array_length(env, names, &count);
  for (uint32_t i = 0; i < count; i++) {
    napi_value name, value;
    napi_get_element(env, names, i, &name);
    napi_get_property(env, object, name, &value);
    entries[Text(env, name)] = Text(env, value);
  }
  return entries;
}

napi_value Object(napi_env env, const Settings& entries) {
  napi_value object;
  napi_create_object(env, &object);
  for (const auto& [name, value] : entries) {
    napi_set_named_property(env, object, name.c_str(), TextValue(env, value));
  }
  return object;
}

// fix(wanted, defaults): the first call of the process sets what is wanted, and defaults where there is nothing. It returns
// the environment as it was after that first call, which is what TensorFlow runs with.
napi_value Fix(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value arguments[2];
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  const std::lock_guard<std::mutex> lock(mutex);
  if (!is_fixed) {
    const Settings before = Environment();
    for (const auto& [name, value] : Entries(env, arguments[0])) {
      const auto found = before.find(name);
      if (found == before.end() || found->second != value) setenv(name.c_str(), value.c_str(), 1);
    }
    for (const auto& [name, value] : Entries(env, arguments[1])) setenv(name.c_str(), value.c_str(), 0);
    fixed = Environment();
    is_fixed = true;
  }
  return Object(env, fixed);
}

// The instruction sets that this build has loops for and this processor runs, as a level of x86-64.
std::string InstructionSet() {
#ifdef HAS_X86_LEVELS
  const int level = native::X86Level();
  if (level > 1) return "x86-64-v" + std::to_string(level);
#endif
  return "x86-64";
}

// raiseLoopback(): 0, or the system's error number.
napi_value RaiseLoopback(napi_env env, napi_callback_info /*info*/) {
  napi_value error;
  napi_create_int32(env, native::RaiseLoopback(), &error);
  return error;
}

}  // namespace

NAPI_MODULE_INIT() {
  napi_value fix;
  napi_create_function(env, "fix", NAPI_AUTO_LENGTH, Fix, nullptr, &fix);
  napi_set_named_property(env, exports, "fix", fix);
  napi_value raise_loopback;
  napi_create_function(env, "raiseLoopback", NAPI_AUTO_LENGTH, RaiseLoopback, nullptr, &raise_loopback);
  napi_set_named_property(env, exports, "raiseLoopback", raise_loopback);
  napi_set_named_property(env, exports, "instructionSet", TextValue(env, InstructionSet()));
  return exports;
}
