#include "oracle/naive_criteria.h"

#include <algorithm>

#include "oracle/naive_coercion.h"

namespace oncue::oracle {
namespace {

// Scalars of the same JSON type with the same value; numbers numerically.
bool same(const Json& a, const Json& b) {
  if (a.is_number() && b.is_number()) return a.get<double>() == b.get<double>();
  return isScalar(a) && a.type() == b.type() && a == b;
}

bool deepEqual(const Json& a, const Json& b) {
  if (!a.is_array() || !b.is_array()) return same(a, b);
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), deepEqual);
}

bool like(const std::string& text, const std::string& pattern, std::size_t t = 0, std::size_t p = 0) {
  if (p == pattern.size()) return t == text.size();
  if (pattern[p] == '%') {
    for (std::size_t to = t; to <= text.size(); ++to) {
      if (like(text, pattern, to, p + 1)) return true;
    }
    return false;
  }
  return t < text.size() && (pattern[p] == '_' || pattern[p] == text[t]) && like(text, pattern, t + 1, p + 1);
}

// Histories use letters, one leading ^ or one trailing $.
bool rlike(const std::string& text, const std::string& pattern) {
  if (pattern.front() == '^') return text.rfind(pattern.substr(1), 0) == 0;
  if (pattern.back() == '$') {
    const std::string tail = pattern.substr(0, pattern.size() - 1);
    return text.size() >= tail.size() && text.substr(text.size() - tail.size()) == tail;
  }
  return text.find(pattern) != std::string::npos;
}

bool compare(const std::string& op, const Json& left, const Json& right) {
  int sign = 0;
  if (left.is_number() && right.is_number()) {
    const double a = left.get<double>(), b = right.get<double>();
    sign = a < b ? -1 : a > b ? 1 : 0;
  } else if (left.is_string() && right.is_string()) {
    sign = left.get<std::string>().compare(right.get<std::string>());
  } else {
    return false;
  }
  if (op == "<") return sign < 0;
  if (op == ">") return sign > 0;
  if (op == "<=") return sign <= 0;
  return sign >= 0;
}

bool amongOperands(const Json& value, const Json& operand) {
  if (!operand.is_array()) return same(value, operand);
  return std::any_of(operand.begin(), operand.end(), [&](const Json& one) { return same(value, one); });
}

}  // namespace

bool holdsForEvent(const std::string& op, const Json& left, const Json& operand) {
  if (op == "is null") return left.is_null();
  if (op == "is not null") return !left.is_null();
  if (left.is_null()) return op == "!=";
  if (op == "=") return same(left, operand);
  if (op == "!=") return isScalar(left) && !same(left, operand);
  if (op == "like") return left.is_string() && like(left.get<std::string>(), operand.get<std::string>());
  if (op == "in") {
    if (operand.is_array() || !left.is_array()) return amongOperands(left, operand);
    return std::any_of(left.begin(), left.end(), [&](const Json& one) { return same(one, operand); });
  }
  return compare(op, left, operand);
}

bool holdsForAttribute(const std::string& op, const Json& left, const Json& operand) {
  const bool isEmpty = left.is_null() || (left.is_string() && left.get<std::string>().empty()) ||
                       (left.is_structured() && left.empty());
  if (op == "is null") return isEmpty;
  if (op == "is not null") return !isEmpty;
  if (left.is_null()) return false;
  if (op == "=") return deepEqual(left, operand);
  if (op == "!=") return !deepEqual(left, operand);
  if (op == "like") return left.is_string() && like(left.get<std::string>(), operand.get<std::string>());
  if (op == "not like") return left.is_string() && !like(left.get<std::string>(), operand.get<std::string>());
  if (op == "rlike") return left.is_string() && rlike(left.get<std::string>(), operand.get<std::string>());
  if (op == "not rlike") return left.is_string() && !rlike(left.get<std::string>(), operand.get<std::string>());
  if (op == "in" || op == "not in") {
    bool isIn = false;
    if (left.is_array()) {
      isIn = std::any_of(left.begin(), left.end(), [&](const Json& one) { return amongOperands(one, operand); });
    } else if (left.is_object()) {
      for (const auto& member : left.items()) isIn = isIn || amongOperands(Json(member.key()), operand);
    } else {
      isIn = amongOperands(left, operand);
    }
    return isIn == (op == "in");
  }
  return compare(op, left, operand);
}

}  // namespace oncue::oracle
