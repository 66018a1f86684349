#include "event/extraction_plan.h"

#include "base/json_writer.h"
#include "event/record.h"

namespace oncue {
namespace {

class PlanWriter {
 public:
  explicit PlanWriter(const ReadPlan& plan) : plan_(plan), trie_(plan.trie) {}

  std::string write() {
    json_.beginObject();
    json_.key("magic").integer(kRecordMagic);
    json_.key("keys").beginArray();
    for (std::uint32_t i = 0; i < plan_.keyCount; ++i) json_.string(protocolKeyName(plan_.keys[i]));
    json_.endArray();
    json_.key("times").boolean(plan_.readsTimes);
    json_.key("schema").integer(plan_.keyCount);
    json_.key("event").beginObject();
    writeSchemas(true);
    json_.endObject();
    json_.key("entities").beginObject();
    writeSchemas(false);
    json_.endObject();
    if (plan_.specificationSlot != kNone) json_.key("specification").integer(slotNumber(plan_.specificationSlot));
    json_.endObject();
    return json_.take();
  }

 private:
  std::int64_t slotNumber(std::uint32_t slot) const { return std::int64_t{plan_.keyCount} + 1 + slot; }

  std::uint32_t firstChild(std::uint32_t node) const { return trie_[node].firstChild; }
  std::uint32_t next(std::uint32_t node) const { return trie_[node].nextSibling; }

  void writeSchemas(bool events) {
    for (std::uint32_t vendor = firstChild(Trie::kRoot); vendor != kNone; vendor = next(vendor)) {
      for (std::uint32_t name = firstChild(vendor); name != kNone; name = next(name)) {
        for (std::uint32_t major = firstChild(name); major != kNone; major = next(major)) {
          writeSchema(major, events);
        }
      }
    }
  }

  void writeSchema(std::uint32_t schema, bool events) {
    bool opened = false;
    for (std::uint32_t root = firstChild(schema); root != kNone; root = next(root)) {
      if ((trie_[root].index == kEventData) != events) continue;
      if (!opened) {
        const Trie::Node& name = trie_[trie_[schema].parent];
        std::string key(trie_[name.parent].name);
        (key += '/').append(name.name) += '/';
        json_.key(key + std::to_string(trie_[schema].index)).beginArray();
      }
      opened = true;
      if (!events) json_.beginArray().integer(trie_[root].index);
      writePaths(root, 0);
      if (!events) json_.endArray();
    }
    if (opened) json_.endArray();
  }

  // One [slot, step, ...] per wanted path at and below `node`, which steps_[0, depth) lead to.
  void writePaths(std::uint32_t node, std::uint32_t depth) {
    if (trie_[node].slot != kNone) {
      json_.beginArray().integer(slotNumber(trie_[node].slot));
      for (std::uint32_t i = 0; i < depth; ++i) {
        const Trie::Node& step = trie_[steps_[i]];
        if (step.index == kNone) {
          json_.string(step.name);
        } else {
          json_.integer(step.index);
        }
      }
      json_.endArray();
    }
    for (std::uint32_t child = firstChild(node); child != kNone; child = next(child)) {
      steps_[depth] = child;
      writePaths(child, depth + 1);
    }
  }

  const ReadPlan& plan_;
  const Trie& trie_;
  JsonWriter json_;
  std::uint32_t steps_[kDeepestPath];
};

}  // namespace

std::string extractionPlanJson(const ReadPlan& plan) { return PlanWriter(plan).write(); }

}  // namespace oncue
