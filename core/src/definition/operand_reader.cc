#include "definition/operand_reader.h"

#include "base/number_text.h"

namespace oncue {
namespace {

using Kind = JsonNode::Kind;

enum class Takes : std::uint8_t { Any, Scalar, Text, Nothing };

Takes takes(Operator op) {
  switch (op) {
    case Operator::IsNull:
    case Operator::IsNotNull:
    case Operator::Changed:
      return Takes::Nothing;
    case Operator::Like:
    case Operator::NotLike:
    case Operator::Rlike:
    case Operator::NotRlike:
      return Takes::Text;
    case Operator::Less:
    case Operator::Greater:
    case Operator::LessOrEqual:
    case Operator::GreaterOrEqual:
      return Takes::Scalar;
    default:
      return Takes::Any;
  }
}

constexpr const char* kTakesHelp[] = {"a string, a number, a boolean or a list of them", "a number or a string",
                                      "a string"};

bool isScalar(const JsonNode& node) { return node.kind < Kind::Array; }

bool fits(Takes takes, const JsonNode& value) {
  if (takes == Takes::Text) return value.is(Kind::String);
  return isScalar(value) || (takes == Takes::Any && value.is(Kind::Array));
}

bool isMixed(const JsonNode& value) {
  for (const JsonNode& item : value.items) {
    if (item.kind != value.items[0].kind || !isScalar(item) || item.is(Kind::Null)) return true;
  }
  return false;
}

void readOperator(const Fields& fields, const Words& words, Problems& problems, Operator& op) {
  const JsonNode* text = fields.get("operator", Kind::String, Need::Required);
  if (text == nullptr) return;
  std::uint32_t word = 0;
  if (text->text == "==") {
    const Problems::At at(problems, "operator");
    problems.add(ProblemCode::double_equals);
  } else {
    fields.word("operator", words, word);
  }
  op = &words == &kEventOperatorWords ? eventOperator(word) : static_cast<Operator>(word);
}

void compilePattern(const std::string& pattern, Problems& problems, Operand& operand) {
  RegexError error;
  if (auto regex = Regex::compile(pattern, error)) {
    operand.regex = std::make_shared<const Regex>(std::move(*regex));
    return;
  }
  std::string sentence(error.message);
  if (!error.construct.empty()) {
    sentence += " At byte ";
    appendNumber(sentence, static_cast<double>(error.offset));
    sentence += ": ";
    sentence += error.construct;
  }
  problems.addError(error.code, sentence);
}

}  // namespace

void toValue(const JsonNode& node, Value& out) {
  constexpr Value::Kind kKinds[] = {Value::Kind::Null,   Value::Kind::Bool, Value::Kind::Number,
                                    Value::Kind::String, Value::Kind::List, Value::Kind::Dict};
  out.kind = kKinds[static_cast<std::uint8_t>(node.kind)];
  out.number = node.number;
  out.text = node.text;
  const bool isDict = node.is(Kind::Object);
  out.items = Vec<Value>(node.items.size() * (isDict ? 2 : 1));
  Value* next = out.items.data();
  for (const JsonNode& item : node.items) {
    if (isDict) {
      next->kind = Value::Kind::String;
      next->text = item.key;
      ++next;
    }
    toValue(item, *next++);
  }
}

void readComparison(const Fields& fields, const Words& words, Problems& problems, Operator& op, Operand& operand) {
  const std::size_t errors = problems.errorCount();
  readOperator(fields, words, problems, op);
  const Takes need = takes(op);
  if (problems.errorCount() != errors || need == Takes::Nothing) return;

  const char* name = operatorName(op).data();
  const JsonNode* value = fields.find("value");
  if (value == nullptr) {
    problems.add(ProblemCode::missing_value, name);
    return;
  }
  const Problems::At at(problems, "value");
  if (!fits(need, *value)) {
    problems.add(ProblemCode::invalid_value, name, kTakesHelp[static_cast<std::uint8_t>(need)], kindName(value->kind));
    return;
  }
  if (isMixed(*value)) problems.add(ProblemCode::mixed_list);
  if (need == Takes::Scalar && value->is(Kind::String)) problems.add(ProblemCode::text_order, name);
  toValue(*value, operand.value);
  if (op == Operator::Rlike || op == Operator::NotRlike) compilePattern(value->text, problems, operand);
}

}  // namespace oncue
