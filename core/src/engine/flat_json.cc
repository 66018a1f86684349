#include "engine/flat_json.h"

#include "base/json.h"

namespace oncue {
namespace {

class FlatSink : public JsonSink {
 public:
  explicit FlatSink(Vec<FlatMember>& members) : members_(members) {}

  bool null() override { return scalar(FlatMember::Kind::Null) != nullptr; }

  bool boolean(bool value) override { return store(FlatMember::Kind::Bool, value ? 1 : 0); }

  bool number(double value) override { return store(FlatMember::Kind::Number, value); }

  bool string(std::string_view text) override {
    if (inArray_) {
      members_.back().texts.emplace_back(text);
      return true;
    }
    FlatMember* member = scalar(FlatMember::Kind::String);
    if (member != nullptr) member->text = text;
    return member != nullptr;
  }

  bool key(std::string_view name) override {
    members_.push_back({});
    members_.back().name = name;
    return true;
  }

  bool startObject() override {
    const bool isOuter = !inObject_;
    inObject_ = true;
    return isOuter;
  }

  bool endObject() override { return true; }

  bool startArray() override {
    FlatMember* member = scalar(FlatMember::Kind::Strings);
    inArray_ = member != nullptr;
    return inArray_;
  }

  bool endArray() override {
    inArray_ = false;
    return true;
  }

 private:
  FlatMember* scalar(FlatMember::Kind kind) {
    if (!inObject_ || inArray_) return nullptr;
    members_.back().kind = kind;
    return &members_.back();
  }

  bool store(FlatMember::Kind kind, double value) {
    FlatMember* member = scalar(kind);
    if (member != nullptr) member->number = value;
    return member != nullptr;
  }

  Vec<FlatMember>& members_;
  bool inObject_ = false;
  bool inArray_ = false;
};

}  // namespace

bool parseFlatObject(std::string_view json, Vec<FlatMember>& members, std::string& error) {
  FlatSink sink(members);
  error = "expected an object whose members are scalars or arrays of strings";
  return parseJson(json, sink, error);
}

}  // namespace oncue
