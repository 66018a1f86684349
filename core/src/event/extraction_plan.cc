#include "event/extraction_plan.h"

#include "base/json_writer.h"
#include "event/record.h"

namespace oncue {
namespace {

class PlanWriter {
 public:
  explicit PlanWriter(const ReadPlan& plan) : plan_(plan), firstValue_(plan.keys.size() + 1) {}

  std::string write() {
    json_.beginObject();
    json_.key("magic").integer(kRecordMagic);
    json_.key("keys").beginArray();
    for (const ProtocolKey key : plan_.keys) json_.string(protocolKeyName(key));
    json_.endArray();
    json_.key("schema").integer(static_cast<std::int64_t>(plan_.keys.size()));
    json_.key("event").beginObject();
    for (const SchemaPlan& schema : plan_.schemas) writeEvent(schema);
    json_.endObject();
    json_.key("entities").beginObject();
    for (const SchemaPlan& schema : plan_.schemas) writeEntities(schema);
    json_.endObject();
    if (plan_.specificationSlot != kNone) json_.key("specification").integer(slotNumber(plan_.specificationSlot));
    json_.endObject();
    return json_.take();
  }

 private:
  std::int64_t slotNumber(std::uint32_t slot) const { return static_cast<std::int64_t>(firstValue_ + slot); }

  void writeKey(const SchemaPlan& schema) {
    json_.key(schema.vendor + '/' + schema.name + '/' + std::to_string(schema.major));
  }

  void writeEvent(const SchemaPlan& schema) {
    if (schema.eventRoot == kNone) return;
    writeKey(schema);
    json_.beginArray();
    writePaths(schema.eventRoot);
    json_.endArray();
  }

  void writeEntities(const SchemaPlan& schema) {
    if (schema.entityRoots.empty()) return;
    writeKey(schema);
    json_.beginArray();
    for (const auto& [index, root] : schema.entityRoots) {
      json_.beginArray().integer(index);
      writePaths(root);
      json_.endArray();
    }
    json_.endArray();
  }

  // One [slot, step, ...] per wanted path below `node`; `steps_` leads to it.
  void writePaths(std::uint32_t node) {
    const PathNode& wanted = plan_.nodes[node];
    if (wanted.slot != kNone) {
      json_.beginArray().integer(slotNumber(wanted.slot));
      for (const PathStep& step : steps_) {
        if (step.index == kNone) {
          json_.string(step.key);
        } else {
          json_.integer(step.index);
        }
      }
      json_.endArray();
    }
    for (const auto& [name, child] : wanted.members) writeBelow({.key = name}, child);
    for (const auto& [index, child] : wanted.elements) writeBelow({.key = {}, .index = index}, child);
  }

  void writeBelow(PathStep step, std::uint32_t child) {
    steps_.push_back(std::move(step));
    writePaths(child);
    steps_.pop_back();
  }

  const ReadPlan& plan_;
  std::size_t firstValue_;
  JsonWriter json_;
  std::vector<PathStep> steps_;
};

}  // namespace

std::string extractionPlanJson(const ReadPlan& plan) { return PlanWriter(plan).write(); }

}  // namespace oncue
