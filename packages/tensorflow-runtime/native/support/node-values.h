// Texts between JavaScript and C++.
#ifndef NODE_VALUES_H_
#define NODE_VALUES_H_

#include <node_api.h>

#include <string>

namespace native {

inline std::string Text(napi_env env, napi_value value) {
  size_t length = 0;
  napi_get_value_string_utf8(env, value, nullptr, 0, &length);
  std::string text(length, '\0');
  napi_get_value_string_utf8(env, value, &text[0], length + 1, &length);
  return text;
}

inline napi_value TextValue(napi_env env, const std::string& text) {
  napi_value value;
  napi_create_string_utf8(env, text.data(), text.size(), &value);
  return value;
}

}  // namespace native

#endif  // NODE_VALUES_H_
