#pragma once

#include <string_view>

#include "match/code_point_set.h"

namespace oncue {

/// Adds the class with the POSIX name `name` ("alpha", "^alpha", also RE2's "word") to `set`, in both cases if
/// `ignoreCase`. Returns false if there is no such name.
bool addNamedClass(CodePointSet& set, std::string_view name, bool ignoreCase);

/// Adds the class of the escape `\d \D \s \S \w \W`, given its letter. Returns false for any other letter.
bool addEscapedClass(CodePointSet& set, char letter, bool ignoreCase);

}  // namespace oncue
