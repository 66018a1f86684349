#include "definition/bundle.h"

#include "definition/atomic_fields.h"

namespace oncue {
namespace {

using Kind = JsonNode::Kind;

constexpr const char* kMembers[] = {"attribute_keys", "attribute_groups", "services", "interventions"};
constexpr const char* kNames[] = {"attribute key", "attribute group", "service", "intervention"};
constexpr std::uint8_t kFirst = static_cast<std::uint8_t>(ObjectKind::Key);

ObjectKind kindOf(const JsonNode& node) {
  if (node.has("criteria")) return ObjectKind::Intervention;
  if (node.has("attribute_key") || node.has("attributes") || node.has("fields")) return ObjectKind::Group;
  if (const JsonNode* name = node.find("name")) {
    if (node.has("attribute_groups")) return ObjectKind::Service;
    const bool identifies =
        node.has("key") || node.has("property") || node.has("external_column") || atomicField(name->text);
    // The SDK lets a service without groups pass; a key would at least name an atomic field.
    return !identifies && node.has("owner") ? ObjectKind::Service : ObjectKind::Key;
  }
  for (const char* member : kMembers) {
    if (node.has(member)) return ObjectKind::Bundle;
  }
  return ObjectKind::Unknown;
}

class Walk {
 public:
  Walk(Builder& builder, ObjectKind wanted, void (*read)(Builder&, const Fields&))
      : builder_(builder), problems_(builder.problems), wanted_(wanted), read_(read) {}

  // Recursion is bounded by kMaxJsonDepth.
  void walk(const JsonNode& node) {
    if (node.is(Kind::Array)) {
      walkList(node, ObjectKind::Unknown);
      return;
    }
    const ObjectKind kind = kindOf(node);
    if (kind == ObjectKind::Bundle) {
      walkMembers(node);
    } else {
      visit(node, kind);
    }
  }

 private:
  void walkMembers(const JsonNode& bundle) {
    for (std::uint8_t i = 0; i < 4; ++i) {
      const JsonNode* list = bundle.find(kMembers[i]);
      if (list == nullptr) continue;
      const Problems::At at(problems_, kMembers[i]);
      if (list->is(Kind::Array)) {
        walkList(*list, static_cast<ObjectKind>(kFirst + i));
      } else if (wanted_ == ObjectKind::Unknown) {
        expectKind(*list, Kind::Array, problems_);
      }
    }
  }

  // Elements of any kind for Unknown.
  void walkList(const JsonNode& list, ObjectKind kind) {
    for (std::size_t i = 0; i < list.items.size(); ++i) {
      const Problems::At at(problems_, i);
      if (kind == ObjectKind::Unknown) {
        walk(list.items[i]);
      } else {
        visit(list.items[i], kind);
      }
    }
  }

  void visit(const JsonNode& node, ObjectKind kind) {
    if (wanted_ == ObjectKind::Unknown) {
      if (expectKind(node, Kind::Object, problems_) && kind == ObjectKind::Unknown)
        problems_.add(ProblemCode::unknown_object);
    } else if (kind == wanted_ && node.is(Kind::Object)) {
      Problems::At at(problems_, "");
      const JsonNode* name = node.find("name");
      if (name != nullptr) at.isCalled(kNames[static_cast<std::uint8_t>(kind) - kFirst], name->text);
      builder_.active = true;
      read_(builder_, Fields(node, problems_));
    }
  }

  Builder& builder_;
  Problems& problems_;
  const ObjectKind wanted_;
  void (*const read_)(Builder&, const Fields&);
};

std::string_view takeLine(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

bool isBlank(std::string_view line) { return line.find_first_not_of(" \t\r") == std::string_view::npos; }

void reportParse(const std::string& error, Problems& problems) {
  if (error.empty()) {
    problems.add(ProblemCode::too_deep);
  } else {
    problems.add(ProblemCode::syntax, error.c_str());
  }
}

}  // namespace

void parseBundle(std::string_view text, Problems& problems, JsonNode& root) {
  std::string wholeError;
  if (parseJsonTree(text, root, wholeError)) return;
  // It is NDJSON if the first line is JSON in itself.
  std::string_view rest = text;
  std::string_view first;
  while (!rest.empty() && isBlank(first)) first = takeLine(rest);
  std::string error;
  if (!parseJsonTree(first, root, error)) {
    reportParse(wholeError, problems);
    rest = text = {};
  }
  root = {};
  root.kind = Kind::Array;
  for (rest = text; !rest.empty();) {
    const Problems::At at(problems, root.items.size());
    JsonNode& node = root.items.emplace_back();
    const std::string_view line = takeLine(rest);
    if (isBlank(line)) {
      node.kind = Kind::Array;
    } else if (!parseJsonTree(line, node, error)) {
      reportParse(error, problems);
      node = {};
      node.kind = Kind::Array;
    }
  }
}

void readEach(Builder& builder, const JsonNode& root, ObjectKind kind, void (*read)(Builder&, const Fields&)) {
  Walk(builder, kind, read).walk(root);
}

}  // namespace oncue
