// Why an intervention fired or did not, and what an attribute holds (docs/explain.md).

#include <algorithm>

#include "criteria/operators.h"
#include "criteria/tree.h"
#include "engine/flat_json.h"
#include "engine/impl.h"

namespace oncue {
namespace {

struct NodeTruth {
  bool before;
  bool now;
  bool isBeforeKnown = true;
};

// Writes the tree; each node says whether it held at the evaluation before the last (`before`) and holds at present.
class TreeWriter {
 public:
  TreeWriter(JsonWriter& out, const Engine::Impl& engine, const SharedIds& ids, std::int64_t at,
             const Context* context, bool firing)
      : out_(out), engine_(engine), ids_(ids), at_(at), context_(context), firing_(firing) {}

  NodeTruth write(const CriteriaNode& node) {
    return node.kind == CriteriaNode::Kind::Criterion ? writeCriterion(node) : writeGroup(node);
  }

 private:
  static std::string_view name(CriteriaNode::Kind kind) {
    switch (kind) {
      case CriteriaNode::Kind::All: return "all";
      case CriteriaNode::Kind::Any: return "any";
      default: return "none";
    }
  }

  NodeTruth writeGroup(const CriteriaNode& node) {
    const auto join = [&](bool all, bool any) {
      return node.kind == CriteriaNode::Kind::All ? all : any == (node.kind == CriteriaNode::Kind::Any);
    };
    NodeTruth all{true, true};
    NodeTruth any{false, false};
    bool isKnown = true;
    out_.beginObject().key(name(node.kind)).beginArray();
    for (const CriteriaNode& child : node.children) {
      const NodeTruth truth = write(child);
      all = {all.before && truth.before, all.now && truth.now};
      any = {any.before || truth.before, any.now || truth.now};
      isKnown = isKnown && truth.isBeforeKnown;
    }
    out_.endArray();
    return finish({join(all.before, any.before), join(all.now, any.now), isKnown});
  }

  NodeTruth writeCriterion(const CriteriaNode& node) {
    const Value value = engine_.currentValue(node.computation, ids_, at_);
    out_.beginObject().key("attribute").string(node.attribute);
    out_.key("operator").string(operatorName(node.op));
    if (!node.operand.value.isNull()) out_.key("operand").value(node.operand.value);
    out_.key("value").value(value);
    if (node.computation == kNone) out_.key("unpopulated").boolean(true);
    const std::uint32_t leaf = leaf_++;
    const bool isKnown = context_ != nullptr && leaf < TruthMask::kCapacity;
    const bool before = isKnown && TruthMask::of(context_->before).at(leaf);
    // It stands under nothing but `all`, so in a tree that fires it holds; at any other time nothing has changed.
    if (node.op == Operator::Changed) return finish({before, firing_, isKnown});
    return finish({before, holdsForAttribute(node.op, value, node.operand), isKnown});
  }

  NodeTruth finish(NodeTruth truth) {
    out_.key("holds").boolean(truth.now).key("held");
    context_ != nullptr && truth.isBeforeKnown ? out_.boolean(truth.before) : out_.null();
    out_.endObject();
    return truth;
  }

  JsonWriter& out_;
  const Engine::Impl& engine_;
  const SharedIds& ids_;
  std::int64_t at_;
  const Context* context_;
  bool firing_;
  std::uint32_t leaf_ = 0;
};

// The history of deliveries that the limits look at.
void writeHistory(JsonWriter& out, const DeliveryRecord& record, const DeliveryMoment& moment) {
  const auto isRecent = [&](std::int64_t at) { return at > moment.now - kDayMs; };
  out.key("deliveries").integer(static_cast<std::int64_t>(record.total));
  out.key("in_session").integer(record.session == moment.session ? static_cast<std::int64_t>(record.inSession) : 0);
  out.key("in_day").integer(std::count_if(record.recent.begin(), record.recent.end(), isRecent));
  out.key("last_delivery").integer(record.lastAt);
}

}  // namespace

// False after the error is written to `out`.
bool Engine::Impl::idsFromJson(std::string_view idsJson, SharedIds& ids, JsonWriter& out) const {
  ids = state.latestIds;
  if (idsJson.empty()) return true;
  Vec<FlatMember> members;
  std::string error;
  bool readable = parseFlatObject(idsJson, members, error);
  IdSet read(loaded->model.keys.size());
  for (const FlatMember& member : members) {
    const std::uint32_t key = findKey(member.name);
    if (key != kNone) read[key] = member.text;
    readable = readable && (member.kind == FlatMember::Kind::String || member.kind == FlatMember::Kind::Null);
  }
  ids = std::make_shared<const IdSet>(std::move(read));
  if (!readable) {
    out.beginObject().key("error").beginObject().key("code").string("bad_ids").key("message");
    out.string("The ids cannot be read: write a JSON object of texts, such as {\"domain_userid\":\"ann\"}.");
    out.endObject().endObject();
  }
  return readable;
}

const Context* Engine::Impl::findContext(std::uint32_t intervention, const SharedIds& ids) const {
  Vec<std::string_view> parts;
  for (const std::uint32_t key : loaded->model.interventions[intervention].criteriaKeys) parts.push_back(idOf(ids, key));
  return state.contexts.find(contextKey(intervention, parts));
}

void Engine::Impl::writeExplanation(JsonWriter& out, std::uint32_t i, const SharedIds& ids, std::int64_t at,
                                    const Context* context, bool firing) const {
  const Intervention& intervention = loaded->model.interventions[i];
  const Vec<Target> targets = targetsOf(intervention, ids);
  // What is delivered at the moment in hand says nothing of the next.
  const DeliveryMoment moment{.now = at, .session = idOf(ids, loaded->rules.session), .round = round + 1};
  out.beginObject();
  out.key("name").string(intervention.name);
  out.key("version").integer(intervention.version);
  out.key("targets").beginArray();
  for (const Target& target : targets) {
    const bool hasId = !target.id.empty();
    out.beginObject().key("name").string(target.key).key("id");
    hasId ? out.string(target.id) : out.null();
    const DeliveryRecord* record = state.latches.find(
        {.name = intervention.name, .version = intervention.version, .key = target.key, .id = target.id});
    out.key("latched").boolean(record != nullptr && record->latched);
    if (record != nullptr && record->total != 0) writeHistory(out, *record, moment);
    out.endObject();
  }
  out.endArray().key("criteria");
  const NodeTruth truth = TreeWriter(out, *this, ids, at, context, firing).write(intervention.criteria);
  int chosen = 0;
  const Held held = mayDeliver(intervention, targets, moment, chosen);
  const bool isPending = context != nullptr && context->dueAt != kNever;
  std::string_view stateName = truth.now ? "holds" : "waiting";
  if (intervention.usesChanged) stateName = "on_change";
  if (held != Held::No) stateName = held > Held::Latched ? "held_back" : heldName(held);
  if (isPending && held != Held::Latched) stateName = "pending";
  out.key("state").string(stateName);
  if (held > Held::Latched) {
    const Gate gate = gateOf(intervention, targets, moment, state.latches);
    out.key("held_back").beginObject().key("reason").string(heldName(held)).key("until");
    gate.until == kNever ? out.null() : out.integer(gate.until);
    out.endObject();
  }
  if (isPending) {
    out.key("pending").beginObject().key("due_at").integer(context->dueAt).key("event_id");
    context->dueEventId.empty() ? out.null() : out.string(context->dueEventId);
    out.endObject();
  }
  out.key("evaluated_at");
  context != nullptr && context->evaluated ? out.integer(context->evaluatedAt) : out.null();
  out.key("next_wake");
  context != nullptr && context->wakeAt != kNever ? out.integer(context->wakeAt) : out.null();
  out.endObject();
}

std::string Engine::explainIntervention(std::string_view name, std::string_view idsJson, std::int64_t now) const {
  if (!impl_->loaded) return {};
  const auto& interventions = impl_->loaded->model.interventions;
  const Intervention* found = nullptr;
  for (const Intervention& candidate : interventions) {
    if (candidate.name == name && (found == nullptr || candidate.version > found->version)) found = &candidate;
  }
  if (found == nullptr) return {};
  const auto i = static_cast<std::uint32_t>(found - interventions.data());
  SharedIds ids;
  JsonWriter out;
  if (!impl_->idsFromJson(idsJson, ids, out)) return out.take();
  impl_->writeExplanation(out, i, ids, now, impl_->findContext(i, ids), false);
  return out.take();
}

namespace {

void writeTime(JsonWriter& out, std::string_view name, std::int64_t ms) {
  out.key(name);
  ms == 0 ? out.null() : out.integer(ms);
}

}  // namespace

std::string Engine::explainAttribute(std::string_view groupAndAttribute, std::string_view idsJson,
                                     std::int64_t now) const {
  const std::size_t colon = groupAndAttribute.find(':');
  if (!impl_->loaded || colon == std::string_view::npos) return {};
  const std::string_view name = groupAndAttribute.substr(colon + 1);
  const AttributeGroup* group = nullptr;
  const Attribute* attribute = nullptr;
  for (const AttributeGroup& candidate : impl_->loaded->model.groups) {
    if (candidate.name != groupAndAttribute.substr(0, colon)) continue;
    for (const Attribute& one : candidate.attributes) {
      if (one.name != name || (group != nullptr && group->version > candidate.version)) continue;
      group = &candidate;
      attribute = &one;
    }
  }
  if (attribute == nullptr) return {};
  const Computation& computation = impl_->loaded->model.computations[attribute->computation];
  SharedIds ids;
  JsonWriter out;
  if (!impl_->idsFromJson(idsJson, ids, out)) return out.take();
  const std::string_view id = idOf(ids, group->key);
  const Entity* holder = impl_->findEntity(group->key, id);
  const Cell* cell = holder == nullptr ? nullptr : holder->find(attribute->computation);
  out.beginObject().key("group").string(group->name).key("version").integer(group->version);
  out.key("attribute").string(attribute->name).key("aggregation").string(aggregationInfo(computation.aggregation).name);
  out.key("attribute_key").string(impl_->loaded->model.keys[group->key].name).key("id");
  id.empty() ? out.null() : out.string(id);
  out.key("value").value(impl_->retrieve(*attribute, holder, now));
  out.key("populated").boolean(cell != nullptr && !cell->value(computation, now).isNull());
  writeTime(out, "period_ms", computation.periodMs);
  writeTime(out, "ttl_ms", computation.ttlMs);
  writeTime(out, "last_update", cell == nullptr ? 0 : cell->lastReceipt());
  const std::int64_t departure = cell == nullptr ? kNever : cell->nextDeparture(computation, now);
  writeTime(out, "next_change", departure == kNever ? 0 : departure);
  if (computation.periodMs != 0) {
    out.key("window_events").integer(cell == nullptr ? 0 : cell->windowSize(computation, now));
    out.key("window_full")
        .boolean(cell != nullptr && cell->windowFull(computation, now, impl_->options.windowEventLimit));
  }
  out.key("truncated").boolean(cell != nullptr && cell->truncated(computation));
  out.endObject();
  return out.take();
}

}  // namespace oncue
