#include "norma/base/process_memory.h"

#include <unistd.h>

#include <fstream>

namespace norma {

int64_t ResidentBytesOf(const std::string& process) {
  std::ifstream file("/proc/" + process + "/statm");
  int64_t total = 0;
  int64_t resident = 0;
  file >> total >> resident;
  return file ? resident * int64_t{sysconf(_SC_PAGESIZE)} : 0;
}

}  // namespace norma
