#pragma once

/// \file
/// How much memory a process holds.

#include <cstdint>
#include <string>

namespace norma {

/// Resident bytes of a process, from the kernel's accounts; 0 if there is no such process.
/// \param process its number, or `self`.
int64_t ResidentBytesOf(const std::string& process);

}  // namespace norma
