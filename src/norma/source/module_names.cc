#include "norma/source/module_names.h"

#include <algorithm>
#include <optional>

#include "norma/base/unicode.h"

namespace norma::source {
namespace {

std::string_view DirectoryOf(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string_view NameOf(std::string_view path) { return path.substr(path.rfind('/') + 1); }

bool IsInitializer(std::string_view name) {
  return name == "__init__.py" || name == "__init__.pyi";
}

bool IsBelow(std::string_view directory, std::string_view root) {
  return root.empty() || directory == root ||
         (directory.starts_with(root) && directory[root.size()] == '/');
}

std::string Clean(std::string_view root) {
  while (root.starts_with("./")) {
    root.remove_prefix(2);
  }
  while (root.ends_with('/')) {
    root.remove_suffix(1);
  }
  return root == "." ? std::string() : std::string(root);
}

/// The dotted form of "a/b/c", if each part is an identifier.
std::optional<std::string> Dotted(std::string_view path) {
  std::string dotted;
  while (true) {
    const size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    if (!IsIdentifier(part)) {
      return std::nullopt;
    }
    dotted += NfkcIdentifier(part);
    if (slash == std::string_view::npos) {
      return dotted;
    }
    dotted += '.';
    path.remove_prefix(slash + 1);
  }
}

}  // namespace

ModuleNames::ModuleNames(std::span<const std::string> paths,
                         std::span<const std::string> source_roots) {
  for (const std::string& path : paths) {
    if (IsInitializer(NameOf(path))) {
      packages_.emplace(DirectoryOf(path));
    }
  }
  for (const std::string& root : source_roots) {
    source_roots_.push_back(Clean(root));
  }
  std::ranges::sort(source_roots_, std::ranges::greater(), &std::string::size);
}

std::string_view ModuleNames::RootOf(std::string_view directory) const {
  for (const std::string& root : source_roots_) {
    if (IsBelow(directory, root)) {
      return root;
    }
  }
  while (!directory.empty() && packages_.contains(std::string(directory))) {
    directory = DirectoryOf(directory);
  }
  return directory;
}

FileIdentity ModuleNames::Describe(std::string_view path) const {
  FileIdentity identity;
  identity.kind = path.ends_with(".pyi") ? FileKind::kPyi : FileKind::kPy;
  identity.is_package = IsInitializer(NameOf(path));
  identity.module_root = RootOf(DirectoryOf(path));
  std::string_view module =
      identity.is_package ? DirectoryOf(path) : path.substr(0, path.rfind('.'));
  // A package right at its own import root has no name.
  if (module.size() > identity.module_root.size()) {
    module.remove_prefix(identity.module_root.empty() ? 0 : identity.module_root.size() + 1);
    identity.module_name = Dotted(module);
  }
  return identity;
}

}  // namespace norma::source
