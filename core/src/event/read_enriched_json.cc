#include <optional>

#include "event/doors.h"
#include "event/shredded_names.h"

namespace oncue {
namespace {

using Kind = JsonScanner::Kind;

constexpr std::string_view kContextsPrefix = "contexts_";
constexpr std::string_view kUnstructPrefix = "unstruct_event_";

// "<kSpecificationVendor>_<kSpecificationName>_" as the SDKs spell it; any major version counts.
constexpr std::string_view kSpecificationSpelling = "com_snowplowanalytics_snowplow_event_specification_";

class EnrichedJsonDoor {
 public:
  EnrichedJsonDoor(std::string_view text, const Door& door) : json_(text, door.raw.arena), door_(door) {}

  EventError read() {
    std::string_view name;
    json_.enterObject();
    while (json_.nextMember(name)) readMember(name);
    if (!json_.ok() || !json_.atEnd()) return EventError::NotJson;
    if (door_.raw.given(AtomicField::event).text == "unstruct") readUnstruct();
    if (door_.plan.wantsEntities) readContexts();
    return EventError::None;
  }

 private:
  struct Member {
    std::string_view name;
    std::size_t position;
  };

  void readMember(std::string_view name) {
    const std::optional<AtomicField> field = atomicField(name);
    if (field && atomicType(*field) != AtomicType::Json) {
      const EventValue value = json_.read();
      if (door_.plan.wants(*field)) door_.raw.setGiven(*field, value);
      return;
    }
    if (field || name.starts_with(kContextsPrefix) || name.starts_with(kUnstructPrefix)) remember(name);
    json_.skip();
  }

  // Read once everything is known. Of two members with one name the last counts.
  void remember(std::string_view name) {
    for (Member& member : later_) {
      if (member.name == name) {
        member.position = json_.position();
        return;
      }
    }
    later_.push({name, json_.position()});
  }

  const Member* findLater(std::string_view name) const {
    for (const Member& member : later_) {
      if (member.name == name) return &member;
    }
    return nullptr;
  }

  void readUnstruct() {
    bool shredded = false;
    for (const Member& member : later_) {
      if (!member.name.starts_with(kUnstructPrefix)) continue;
      shredded = true;
      findSpelled(door_.plan, member.name.substr(kUnstructPrefix.size()), [&](std::uint32_t schema) {
        const std::uint32_t root = door_.plan.trie.find(schema, "", kEventData);
        json_.seek(member.position);
        if (root != kNone && json_.peek() == Kind::Object) door_.selfDescribing.readData(json_, root);
      });
    }
    if (const Member* raw = findLater("unstruct_event"); raw != nullptr && !shredded) {
      json_.seek(raw->position);
      if (json_.peek() == Kind::String) {
        door_.selfDescribing.readEvent(json_.read().text);
      } else {
        door_.selfDescribing.readEvent(json_);
      }
    }
  }

  void readContexts() {
    bool shredded = false;
    for (const Member& member : later_) {
      if (!member.name.starts_with(kContextsPrefix)) continue;
      shredded = true;
      const std::string_view spelling = member.name.substr(kContextsPrefix.size());
      findSpelled(door_.plan, spelling, [&](std::uint32_t schema) { readList(member, schema); });
      if (door_.plan.specificationRoot != kNone && spelling.starts_with(kSpecificationSpelling)) {
        readList(member, kNone);
      }
    }
    if (shredded) return;
    for (const std::string_view name : {"contexts", "derived_contexts"}) {
      if (const Member* raw = findLater(name)) readRawContexts(*raw);
    }
  }

  void readRawContexts(const Member& member) {
    json_.seek(member.position);
    if (json_.peek() == Kind::String) {
      door_.selfDescribing.readEntities(json_.read().text);
    } else {
      door_.selfDescribing.readEntities(json_);
    }
  }

  // The entities of a schema, or of kNone the specification.
  void readList(const Member& member, std::uint32_t schema) {
    json_.seek(member.position);
    if (json_.peek() != Kind::Array) return;
    std::uint32_t index = 0;
    json_.enterArray();
    while (json_.nextElement()) {
      std::uint32_t root = kNone;
      if (json_.peek() == Kind::Object) {
        root = schema != kNone ? door_.plan.trie.find(schema, "", index)
               : index == 0    ? door_.plan.specificationRoot
                               : kNone;
        ++index;
      }
      if (root == kNone) {
        json_.skip();
      } else {
        door_.selfDescribing.readData(json_, root);
      }
    }
  }

  JsonScanner json_;
  const Door& door_;
  PlainList<Member> later_;
};

}  // namespace

EventError readEnrichedJson(std::string_view text, const Door& door) { return EnrichedJsonDoor(text, door).read(); }

}  // namespace oncue
