#include "loopback.h"

#include <cerrno>
#include <cstring>

#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace native {

int RaiseLoopback() {
  const int handle = socket(AF_INET, SOCK_DGRAM, 0);
  if (handle < 0) return errno;
  ifreq request;
  std::memset(&request, 0, sizeof(request));
  std::strncpy(request.ifr_name, "lo", IFNAMSIZ - 1);
  int error = ioctl(handle, SIOCGIFFLAGS, &request) < 0 ? errno : 0;
  if (error == 0) {
    request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP | IFF_RUNNING);
    error = ioctl(handle, SIOCSIFFLAGS, &request) < 0 ? errno : 0;
  }
  close(handle);
  return error;
}

}  // namespace native
