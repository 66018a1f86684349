#include "definition/json_tree.h"

#include <cmath>

#include "base/json.h"

namespace oncue {
namespace {

class TreeBuilder final : public JsonSink {
 public:
  TreeBuilder(JsonNode& root, std::string& error) : root_(root), error_(error) {}

  bool null() override {
    add(JsonNode::Kind::Null);
    return true;
  }
  bool boolean(bool value) override {
    add(JsonNode::Kind::Boolean)->number = value;
    return true;
  }
  bool number(double value) override {
    add(JsonNode::Kind::Number)->number = value;
    if (std::isfinite(value)) return true;
    error_ = "a number is too large";
    return false;
  }
  bool string(std::string_view text) override {
    add(JsonNode::Kind::String)->text = text;
    return true;
  }
  bool key(std::string_view name) override {
    key_ = name;
    return true;
  }
  bool startObject() override { return open(JsonNode::Kind::Object); }
  bool endObject() override { return close(); }
  bool startArray() override { return open(JsonNode::Kind::Array); }
  bool endArray() override { return close(); }

 private:
  // Open nodes are each the last child of the one before, so growing the innermost moves none of them.
  JsonNode* add(JsonNode::Kind kind) {
    JsonNode* node = &root_;
    if (!open_.empty()) node = &open_.back()->items.emplace_back();
    node->kind = kind;
    node->key = std::move(key_);
    key_.clear();
    return node;
  }

  bool open(JsonNode::Kind kind) {
    if (open_.size() == kMaxJsonDepth) return false;
    open_.push_back(add(kind));
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  JsonNode& root_;
  std::string& error_;
  Vec<JsonNode*> open_;
  std::string key_;
};

}  // namespace

const JsonNode* JsonNode::find(const char* name) const {
  for (std::size_t i = items.size(); i-- > 0;) {
    if (items[i].key == name) return items[i].is(Kind::Null) ? nullptr : &items[i];
  }
  return nullptr;
}

const char* kindName(JsonNode::Kind kind) {
  constexpr const char* kNames[] = {"null", "a boolean", "a number", "a string", "an array", "an object"};
  return kNames[static_cast<std::uint8_t>(kind)];
}

bool parseJsonTree(std::string_view text, JsonNode& root, std::string& error) {
  root = {};
  error.clear();
  TreeBuilder builder(root, error);
  return parseJson(text, builder, error);
}

}  // namespace oncue
