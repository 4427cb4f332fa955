// The loopback interface of a new network namespace, which is down at first.
#ifndef LOOPBACK_H_
#define LOOPBACK_H_

namespace native {

// Raises it; 0, or the system's error number.
int RaiseLoopback();

}  // namespace native

#endif  // LOOPBACK_H_
