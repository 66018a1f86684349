#include "criteria/operators.h"

#include <algorithm>

#include "match/like.h"

namespace oncue {
namespace {

using Kind = Value::Kind;

EventValue view(const Value& v) {
  switch (v.kind) {
    case Kind::Bool: return EventValue::boolean(v.number != 0);
    case Kind::Number: return EventValue::of(v.number);
    case Kind::String: return EventValue::of(std::string_view(v.text));
    case Kind::List: return {.kind = EventValue::Kind::Array};
    case Kind::Dict: return {.kind = EventValue::Kind::Object};
    case Kind::Null: break;
  }
  return {};
}

// Type-strict: no coercion between strings, numbers and booleans.
bool equalScalars(const EventValue& a, const EventValue& b) {
  return a.isScalar() && a.kind == b.kind && a.number == b.number && a.text == b.text;
}

bool equalsOperand(const EventValue& left, const Value& operand) { return equalScalars(left, view(operand)); }

// Of the first six operators, three bits for each: whether it holds of what is less, equal and more.
constexpr std::uint32_t kOrders = 0b110'011'100'001'101'010;

bool ordered(Operator op, bool isLess, bool isMore) {
  return (kOrders >> (3 * static_cast<int>(op) + 1 + isMore - isLess) & 1) != 0;
}

// Numbers numerically, strings by code point, which for UTF-8 is by byte; anything else is false.
bool compares(Operator op, const EventValue& left, const Value& operand) {
  if (left.kind == EventValue::Kind::Number && operand.kind == Kind::Number) {
    return ordered(op, left.number < operand.number, left.number > operand.number);
  }
  if (left.kind == EventValue::Kind::String && operand.kind == Kind::String) {
    const int comparison = left.text.compare(operand.text);
    return ordered(op, comparison < 0, comparison > 0);
  }
  return false;
}

bool matchesText(Operator op, const EventValue& left, const Operand& operand) {
  if (left.kind != EventValue::Kind::String) return false;
  switch (op) {
    case Operator::Like: return likeMatch(left.text, operand.value.text);
    case Operator::NotLike: return !likeMatch(left.text, operand.value.text);
    case Operator::Rlike: return operand.regex->search(left.text);
    default: return !operand.regex->search(left.text);
  }
}

bool isAmong(const EventValue& left, const Vec<Value>& operands) {
  return std::any_of(operands.begin(), operands.end(), [&](const Value& v) { return equalsOperand(left, v); });
}

bool isInForEvent(const EventValue& left, const Value& operand) {
  if (operand.kind == Kind::List) return isAmong(left, operand.items);
  if (left.kind != EventValue::Kind::Array) return equalsOperand(left, operand);
  return std::any_of(left.items, left.items + left.count,
                     [&](const EventValue& item) { return equalsOperand(item, operand); });
}

// Lists by their items and dicts by their keys; a scalar is read as a list of itself.
template <typename Predicate>
bool anyMember(const Value& v, Predicate holds) {
  if (v.kind != Kind::List && v.kind != Kind::Dict) return holds(v);
  const std::size_t step = v.kind == Kind::Dict ? 2 : 1;
  for (std::size_t i = 0; i < v.items.size(); i += step) {
    if (holds(v.items[i])) return true;
  }
  return false;
}

bool isInForAttribute(const Value& left, const Value& operand) {
  return anyMember(left, [&](const Value& member) {
    return operand.kind == Kind::List ? isAmong(view(member), operand.items) : equalsOperand(view(member), operand);
  });
}

bool isEmpty(const Value& v) {
  switch (v.kind) {
    case Kind::Null: return true;
    case Kind::String: return v.text.empty();
    case Kind::List:
    case Kind::Dict: return v.items.empty();
    default: return false;
  }
}

}  // namespace

bool holdsForEvent(Operator op, const EventValue& left, const Operand& operand) {
  if (left.isNull()) return op == Operator::IsNull || op == Operator::NotEqual;
  switch (op) {
    case Operator::Equal: return equalsOperand(left, operand.value);
    case Operator::NotEqual: return left.isScalar() && !equalsOperand(left, operand.value);
    case Operator::Less:
    case Operator::Greater:
    case Operator::LessOrEqual:
    case Operator::GreaterOrEqual: return compares(op, left, operand.value);
    case Operator::Like: return matchesText(op, left, operand);
    case Operator::In: return isInForEvent(left, operand.value);
    case Operator::IsNotNull: return true;
    default: return false;
  }
}

namespace {

[[gnu::noinline]] bool holdsInGeneral(Operator op, const Value& left, const Operand& operand) {
  if (op == Operator::IsNull) return isEmpty(left);
  if (left.isNull()) return false;
  switch (op) {
    case Operator::Equal: return left == operand.value;
    case Operator::NotEqual: return !(left == operand.value);
    case Operator::Less:
    case Operator::Greater:
    case Operator::LessOrEqual:
    case Operator::GreaterOrEqual: return compares(op, view(left), operand.value);
    case Operator::Like:
    case Operator::NotLike:
    case Operator::Rlike:
    case Operator::NotRlike: return matchesText(op, view(left), operand);
    case Operator::In: return isInForAttribute(left, operand.value);
    case Operator::NotIn: return !isInForAttribute(left, operand.value);
    case Operator::IsNotNull: return !isEmpty(left);
    default: return false;
  }
}

}  // namespace

bool holdsForAttribute(Operator op, const Value& left, const Operand& operand) {
  // By far the most criteria; the general way through texts and lists takes several times as long.
  if (left.kind == Kind::Number && operand.value.kind == Kind::Number && op <= Operator::GreaterOrEqual) {
    return ordered(op, left.number < operand.value.number, left.number > operand.value.number);
  }
  return holdsInGeneral(op, left, operand);
}

}  // namespace oncue
