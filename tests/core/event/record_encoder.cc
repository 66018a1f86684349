#include "event/record_encoder.h"

#include <map>

#include "base/number_text.h"
#include "base/wire.h"
#include "event/iglu_uri.h"
#include "event/record.h"

namespace oncue::test {
namespace {

using Json = nlohmann::json;

class RecordEncoder {
 public:
  explicit RecordEncoder(const Json& plan) : plan_(plan) {}

  std::string encode(const Json& payload, const Json& event, const Json& entities, Written* written) {
    for (std::uint32_t slot = 0; slot < plan_["keys"].size(); ++slot) {
      const auto found = payload.find(plan_["keys"][slot].get<std::string>());
      if (found != payload.end() && found->is_primitive() && !found->is_null() && stringOf(*found) != "") {
        found_[slot] = stringOf(*found);
      }
    }
    if (payload.contains("e") && payload["e"] == "ue" && isSelfDescribing(event)) {
      found_[plan_["schema"]] = event["schema"];
      const auto paths = plan_["event"].find(keyOf(event["schema"]));
      if (paths != plan_["event"].end()) walkAll(*paths, 0, event["data"]);
    }
    if (entities.is_array()) {
      for (const Json& entity : entities) encodeEntity(entity);
    }
    return write(written == nullptr ? Written() : *written, written);
  }

 private:
  static bool isSelfDescribing(const Json& json) {
    return json.is_object() && json.contains("schema") && json["schema"].is_string() && json.contains("data") &&
           json["data"].is_object() && parseIgluUri(json["schema"].get<std::string>());
  }

  static std::string keyOf(const std::string& schema) {
    const IgluUri uri = *parseIgluUri(schema);
    return std::string(uri.vendor) + '/' + std::string(uri.name) + '/' + std::to_string(uri.major);
  }

  static std::string stringOf(const Json& value) {
    if (value.is_string()) return value;
    return value.is_boolean() ? value.dump() : numberText(value.get<double>());
  }

  void encodeEntity(const Json& entity) {
    if (!isSelfDescribing(entity)) return;
    const std::string schema = entity["schema"];
    const std::string key = keyOf(schema);
    const std::uint32_t index = counts_[key]++;
    const auto planned = plan_["entities"].find(key);
    if (planned != plan_["entities"].end()) {
      for (const Json& one : *planned) {
        if (one[0] == index) walkAll(one, 1, entity["data"]);
      }
    }
    const bool isSpecification = schema.rfind("iglu:com.snowplowanalytics.snowplow/event_specification/", 0) == 0;
    if (isSpecification && plan_.contains("specification") && !specificationSeen_) {
      specificationSeen_ = true;
      walk({plan_["specification"], "id"}, entity["data"]);
    }
  }

  void walkAll(const Json& paths, std::size_t first, const Json& data) {
    for (std::size_t i = first; i < paths.size(); ++i) walk(paths[i], data);
  }

  void walk(const Json& path, const Json& data) {
    const Json* at = &data;
    for (std::size_t i = 1; i < path.size(); ++i) {
      const Json& step = path[i];
      if (step.is_string() ? !at->is_object() || !at->contains(step.get<std::string>())
                           : !at->is_array() || at->size() <= step.get<std::size_t>()) {
        return;
      }
      at = step.is_string() ? &(*at)[step.get<std::string>()] : &(*at)[step.get<std::size_t>()];
    }
    if (!at->is_null()) found_[path[0]] = *at;
  }

  void head(std::uint32_t slot, RecordTag tag) { out_.u32(slot << 8 | static_cast<std::uint32_t>(tag)); }

  std::string write(const Written& before, Written* written) {
    const auto magic = plan_["magic"].get<std::uint32_t>();
    out_.u32(before.empty() ? magic : magic + 1);
    for (const auto& [slot, now] : found_) {
      const auto held = before.find(slot);
      if (held == before.end() || now.is_array() || held->second != now) value(slot, now, false);
    }
    for (const auto& [slot, held] : before) {
      if (!found_.contains(slot)) head(slot, RecordTag::Null);
    }
    if (written != nullptr) *written = found_;
    return out_.take();
  }

  void text(std::uint32_t slot, const std::string& text) {
    head(slot, RecordTag::String);
    out_.u32(static_cast<std::uint32_t>(text.size()));
    out_.raw(text);
  }

  void value(std::uint32_t slot, const Json& json, bool nested) {
    if (json.is_null()) return head(slot, RecordTag::Null);
    if (json.is_boolean()) return head(slot, json.get<bool>() ? RecordTag::True : RecordTag::False);
    if (json.is_string()) return text(slot, json);
    if (json.is_object()) return head(slot, RecordTag::Object);
    if (json.is_number()) {
      head(slot, RecordTag::Number);
      out_.f64(json.get<double>());
      return;
    }
    head(slot, RecordTag::Array);
    out_.u32(nested ? 0 : static_cast<std::uint32_t>(json.size()));
    if (nested) return;
    for (const Json& item : json) value(0, item, true);
  }

  const Json& plan_;
  Written found_;
  Writer out_;
  std::map<std::string, std::uint32_t> counts_;
  bool specificationSeen_ = false;
};

// The "data" of a self-describing wrapper in text form, null when it is not JSON.
Json wrapped(const Json& payload, const char* key) {
  if (!payload.contains(key) || !payload[key].is_string()) return nullptr;
  const Json parsed = Json::parse(payload[key].get<std::string>(), nullptr, false);
  return parsed.is_object() && parsed.contains("data") ? parsed["data"] : Json();
}

}  // namespace

std::string encodeRecord(const Json& plan, const Json& payload, const Json& event, const Json& entities,
                         Written* written) {
  return RecordEncoder(plan).encode(payload, event, entities, written);
}

std::string encodeRecord(const Json& plan, const Json& payload) {
  return encodeRecord(plan, payload, wrapped(payload, "ue_pr"), wrapped(payload, "co"));
}

}  // namespace oncue::test
