#pragma once

#include "match/code_point_set.h"

namespace oncue {

/// Adds every code point that equals a member of `set` when case is ignored (Unicode simple case folding, as RE2:
/// `k` brings U+212A, `s` brings U+017F).
void addCaseVariants(CodePointSet& set);

}  // namespace oncue
