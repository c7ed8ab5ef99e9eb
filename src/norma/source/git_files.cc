#include "norma/source/git_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string_view>

#include "norma/base/unicode.h"
#include "norma/source/repository.h"

extern char** environ;  // NOLINT: POSIX gives it no header

namespace norma::source {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kTimeLimit{120};
constexpr size_t kMaxErrorBytes = 4096;

Error Refusal(std::string_view why) {
  return Error{ErrorKind::kUnsupported, fmt::format("git does not list the files: {}", why)};
}

struct Pipe {
  FileHandle read;
  FileHandle write;
};

bool OpenPipe(Pipe& pipe) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    return false;
  }
  pipe.read = FileHandle(ends[0]);
  pipe.write = FileHandle(ends[1]);
  return true;
}

// What a hook or a shell left in GIT_… would name another repository.
std::vector<std::string> GitEnvironment(const std::string& root) {
  std::vector<std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    if (!text.starts_with("GIT_") && !text.starts_with("LC_ALL=")) {
      environment.emplace_back(text);
    }
  }
  environment.emplace_back("LC_ALL=C");
  environment.emplace_back("GIT_OPTIONAL_LOCKS=0");
  environment.emplace_back("GIT_TERMINAL_PROMPT=0");
  // Else a root whose .git is broken would be answered for by a repository around it.
  const size_t slash = root.rfind('/');
  environment.push_back("GIT_CEILING_DIRECTORIES=" + root.substr(0, slash == 0 ? 1 : slash));
  return environment;
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) {
    pointers.push_back(text.data());
  }
  pointers.push_back(nullptr);
  return pointers;
}

/// \return 0 and the child's id, or an errno.
int StartGit(const std::string& root, const Pipe& out, const Pipe& err, pid_t& child) {
  std::vector<std::string> arguments = {
      "git",      "-c",       "core.fsmonitor=false", "-C", root, "ls-files", "-z",
      "--cached", "--others", "--exclude-standard"};
  std::vector<std::string> environment = GitEnvironment(root);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out.write.fd(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err.write.fd(), STDERR_FILENO);
  const int code = posix_spawnp(&child, "git", &actions, nullptr, Pointers(arguments).data(),
                                Pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  return code;
}

/// Reads both pipes to their ends. \return false when the time is over.
bool ReadBoth(const Pipe& out, const Pipe& err, std::string& listed, std::string& complaint) {
  const auto deadline = Clock::now() + kTimeLimit;
  std::array<pollfd, 2> waiting = {pollfd{out.read.fd(), POLLIN, 0},
                                   pollfd{err.read.fd(), POLLIN, 0}};
  std::array<char, 65536> buffer;
  while (waiting[0].fd >= 0 || waiting[1].fd >= 0) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) {
      return false;
    }
    if (poll(waiting.data(), waiting.size(), static_cast<int>(left)) < 0 && errno != EINTR) {
      return false;
    }
    for (pollfd& end : waiting) {
      if (end.fd < 0 || end.revents == 0) {
        continue;
      }
      const ssize_t got = read(end.fd, buffer.data(), buffer.size());
      if (got == 0 || (got < 0 && errno != EINTR)) {
        end.fd = -1;
      } else if (got > 0 && &end == waiting.data()) {
        listed.append(buffer.data(), static_cast<size_t>(got));
      } else if (got > 0 && complaint.size() < kMaxErrorBytes) {
        complaint.append(buffer.data(), static_cast<size_t>(got));
      }
    }
  }
  return true;
}

std::vector<std::string> Split(std::string_view listed) {
  std::vector<std::string> paths;
  while (!listed.empty()) {
    const size_t end = listed.find('\0');
    paths.emplace_back(listed.substr(0, end));
    listed.remove_prefix(end == std::string_view::npos ? listed.size() : end + 1);
  }
  return paths;
}

}  // namespace

Result<std::vector<std::string>> ListGitFiles(const std::string& root) {
  Pipe out;
  Pipe err;
  if (!OpenPipe(out) || !OpenPipe(err)) {
    return Refusal(std::strerror(errno));
  }
  pid_t child = 0;
  if (const int code = StartGit(root, out, err, child); code != 0) {
    return Refusal(std::strerror(code));
  }
  out.write = FileHandle();
  err.write = FileHandle();
  std::string listed;
  std::string complaint;
  const bool in_time = ReadBoth(out, err, listed, complaint);
  if (!in_time) {
    kill(child, SIGKILL);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!in_time) {
    return Refusal("no answer in time");
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    return Refusal(complaint.empty() ? "it failed" : EscapeForMessage(complaint));
  }
  return Split(listed);
}

}  // namespace norma::source
