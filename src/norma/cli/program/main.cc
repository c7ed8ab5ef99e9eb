#include <sys/ioctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <span>
#include <string>

#include "norma/cli/cli.h"
#include "norma/cli/file_stream.h"

namespace {

size_t TerminalColumns() {
  for (const int descriptor : {STDERR_FILENO, STDOUT_FILENO}) {
    struct winsize size{};
    if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0) {
      return size.ws_col;
    }
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  // A reader that goes away must not end a run; the write then fails, and norma ends quietly.
  std::signal(SIGPIPE, SIG_IGN);
  norma::cli::DescriptorBuffer out_buffer(STDOUT_FILENO);
  norma::cli::DescriptorBuffer err_buffer(STDERR_FILENO);
  std::ostream out(&out_buffer);
  std::ostream err(&err_buffer);
  const norma::cli::Console console{.in = std::cin,
                                    .out = out,
                                    .err = err,
                                    .is_out_terminal = ::isatty(STDOUT_FILENO) == 1,
                                    .is_err_terminal = ::isatty(STDERR_FILENO) == 1,
                                    .columns = &TerminalColumns,
                                    .variable = [](const std::string& name) {
                                      const char* const value = std::getenv(name.c_str());
                                      return std::string(value == nullptr ? "" : value);
                                    }};
  const std::span<const char* const> args(argv, static_cast<size_t>(argc));
  return norma::cli::Main(args.subspan(argc > 0 ? 1 : 0), console);
}
