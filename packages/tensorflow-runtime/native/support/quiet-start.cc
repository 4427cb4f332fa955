// Holds back two lines that TensorFlow's library writes to standard error while it is being loaded, before any setting
// can reach it: a note that oneDNN is on, and a warning about its own logging. Everything else is passed on.
// Linked with `-z initfirst`, so that this constructor runs before those of TensorFlow.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>

extern "C" void QuietStartRelease();

namespace {

int real_stderr = -1;
int held = -1;
void (*abort_handler)(int) = SIG_DFL;

bool IsStartUpNoise(const std::string& line) {
  return line.find("absl::InitializeLog()") != std::string::npos ||
         line.find("oneDNN custom operations are on") != std::string::npos;
}

void PassOn(const std::string& line) {
  size_t done = 0;
  while (done < line.size()) {
    const ssize_t written = write(STDERR_FILENO, line.data() + done, line.size() - done);
    if (written <= 0) return;
    done += written;
  }
}

// Where TensorFlow cannot start, it says why and aborts: its words have to come out first.
void ReleaseAndAbort(int) {
  QuietStartRelease();
  abort();
}

__attribute__((constructor)) void Hold() {
  const char* level = getenv("TF_CPP_MIN_LOG_LEVEL");
  if (level == nullptr || atoi(level) < 1) return;
  held = memfd_create("tensorflow-start-up", MFD_CLOEXEC);
  if (held < 0) return;
  real_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  if (real_stderr < 0) {
    close(held);
    return;
  }
  abort_handler = std::signal(SIGABRT, ReleaseAndAbort);
  dup2(held, STDERR_FILENO);
}

}  // namespace

extern "C" void QuietStartRelease() {
  if (real_stderr < 0) return;
  dup2(real_stderr, STDERR_FILENO);
  close(real_stderr);
  real_stderr = -1;
  std::signal(SIGABRT, abort_handler);

  lseek(held, 0, SEEK_SET);
  std::string text;
  char buffer[4096];
  for (ssize_t size; (size = read(held, buffer, sizeof buffer)) > 0;) text.append(buffer, size);
  close(held);
  for (size_t begin = 0; begin < text.size();) {
    const size_t newline = text.find('\n', begin);
    const size_t end = newline == std::string::npos ? text.size() : newline + 1;
    const std::string line = text.substr(begin, end - begin);
    if (!IsStartUpNoise(line)) PassOn(line);
    begin = end;
  }
}
