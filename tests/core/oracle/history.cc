#include "oracle/history.h"

namespace oncue::oracle {
namespace {

std::string duration(std::int64_t ms) {
  std::string fraction = std::to_string(1000 + ms % 1000).substr(1);
  return "PT" + std::to_string(ms / 1000) + "." + fraction + "S";
}

Json propertyJson(const PropertyDef& property) {
  Json out;
  if (property.source == PropertyDef::Source::Atomic) {
    out = {{"type", "atomic"}, {"name", property.name}};
  } else {
    const bool isEntity = property.source == PropertyDef::Source::Entity;
    out = {{"type", isEntity ? "entity" : "event"},
           {"vendor", property.vendor},
           {"name", property.name},
           {"major_version", property.major},
           {"path", property.path}};
    if (isEntity) out["index"] = property.index;
  }
  if (!property.datePart.empty()) out["date_part"] = property.datePart;
  return out;
}

Json attributeJson(const AttributeDef& attribute) {
  Json out = {{"name", attribute.name}, {"type", attribute.type}, {"aggregation", attribute.aggregation}};
  if (!attribute.matchers.empty()) {
    out["events"] = Json::array();
    for (const MatcherDef& matcher : attribute.matchers) {
      Json one = Json::object();
      if (!matcher.vendor.empty()) one["vendor"] = matcher.vendor;
      if (!matcher.name.empty()) one["name"] = matcher.name;
      if (!matcher.version.empty()) one["version"] = matcher.version;
      out["events"].push_back(one);
    }
  }
  if (!attribute.criteria.empty()) {
    Json list = Json::array();
    for (const EventCriterionDef& criterion : attribute.criteria) {
      Json one = {{"property", propertyJson(criterion.property)}, {"operator", criterion.op}};
      if (!criterion.value.is_null()) one["value"] = criterion.value;
      list.push_back(one);
    }
    out["criteria"] = {{attribute.any ? "any" : "all", list}};
  }
  if (attribute.property.source != PropertyDef::Source::None) out["property"] = propertyJson(attribute.property);
  if (attribute.periodMs != 0) out["period"] = duration(attribute.periodMs);
  if (attribute.ttlMs != 0) out["ttl"] = duration(attribute.ttlMs);
  if (!attribute.unit.empty()) out["time_unit"] = attribute.unit;
  if (!attribute.defaultValue.is_null()) out["default_value"] = attribute.defaultValue;
  return out;
}

Json nodeJson(const NodeDef& node) {
  if (node.kind == "leaf") {
    Json out = {{"attribute", node.group + ":" + node.attribute}, {"operator", node.op}};
    if (!node.value.is_null()) out["value"] = node.value;
    return out;
  }
  Json children = Json::array();
  for (const NodeDef& child : node.children) children.push_back(nodeJson(child));
  return Json{{node.kind, children}};
}

Json deliveryJson(const DeliveryDef& delivery) {
  Json out = Json::object();
  if (delivery.cooldownMs != 0) out["cooldown"] = duration(delivery.cooldownMs);
  if (delivery.maxPerSession != 0) out["max_per_session"] = delivery.maxPerSession;
  if (delivery.maxPerDay != 0) out["max_per_day"] = delivery.maxPerDay;
  if (delivery.maxTotal != 0) out["max_total"] = delivery.maxTotal;
  if (delivery.priority != 0) out["priority"] = delivery.priority;
  if (!delivery.exclusiveGroup.empty()) out["exclusive_group"] = delivery.exclusiveGroup;
  if (delivery.delayMs != 0) out["delay"] = duration(delivery.delayMs);
  if (!delivery.cancelIf.empty()) out["cancel_if"] = nodeJson(delivery.cancelIf[0]);
  if (delivery.refireEdge) out["refire"] = "edge";
  return out;
}

Json interventionJson(const InterventionDef& intervention) {
  Json out = {{"name", intervention.name},
              {"version", intervention.version},
              {"owner", "a@b.co"},
              {"is_published", true},
              {"criteria", nodeJson(intervention.criteria)}};
  for (const std::size_t key : intervention.targets) out["target_attribute_keys"].push_back({{"name", kKeyNames[key]}});
  if (Json delivery = deliveryJson(intervention.delivery); !delivery.empty()) out["delivery"] = std::move(delivery);
  for (const auto& [group, version] : intervention.payloadGroups) {
    out["payload_attribute_groups"].push_back({{"name", group}, {"version", version}});
  }
  return out;
}

Json definitions(const HistoryDef& history, bool withLate) {
  Json groups = Json::array();
  for (const GroupDef& group : history.groups) {
    Json attributes = Json::array();
    for (const AttributeDef& attribute : group.attributes) attributes.push_back(attributeJson(attribute));
    Json key = {{"name", kKeyNames[group.key]}};
    if (group.keyTtlMs != 0) key["ttl"] = duration(group.keyTtlMs);
    Json one = {{"name", group.name},     {"version", group.version},          {"attribute_key", key}, {"online", true},
                {"offline", false},       {"owner", "a@b.co"},                 {"attributes", attributes},
                {"is_published", group.published}};
    if (group.ttlMs != 0) one["ttl"] = duration(group.ttlMs);
    groups.push_back(one);
  }
  Json interventions = Json::array();
  for (const InterventionDef& intervention : history.interventions) {
    if (withLate || !intervention.late) interventions.push_back(interventionJson(intervention));
  }
  return {{"attribute_keys", Json::array()},
          {"attribute_groups", groups},
          {"services", Json::array()},
          {"interventions", interventions}};
}

Json payload(const EventDef& event) {
  Json out;
  const bool isView = event.name == "page_view";
  out["e"] = isView ? "pv" : "ue";
  const auto text = [&](const char* key, const std::string& value) {
    if (!value.empty()) out[key] = value;
  };
  text("eid", event.eid);
  text("duid", event.duid);
  text("sid", event.sid);
  text("uid", event.uid);
  text("aid", event.appId);
  if (event.ttm) out["ttm"] = std::to_string(*event.ttm);
  if (event.dtm) out["dtm"] = std::to_string(*event.dtm);
  if (event.vid) out["vid"] = *event.vid;
  if (!isView) {
    const Json body = {{"schema", "iglu:com.snowplowanalytics.snowplow/unstruct_event/jsonschema/1-0-0"},
                       {"data",
                        {{"schema", "iglu:" + event.vendor + "/" + event.name + "/jsonschema/" + event.version},
                         {"data", event.data}}}};
    out["ue_pr"] = body.dump();
  }
  if (!event.items.empty()) {
    Json entities = Json::array();
    for (const auto& [major, data] : event.items) {
      entities.push_back(
          {{"schema", "iglu:com.acme/item/jsonschema/" + std::to_string(major) + "-0-1"}, {"data", data}});
    }
    const Json body = {{"schema", "iglu:com.snowplowanalytics.snowplow/contexts/jsonschema/1-0-0"}, {"data", entities}};
    out["co"] = body.dump();
  }
  return out;
}

Json stepJson(const StepDef& step) {
  switch (step.kind) {
    case StepDef::Kind::Event: return {{"at", step.at}, {"track", payload(step.event)}};
    case StepDef::Kind::Tick: return {{"at", step.at}, {"tick", true}};
    case StepDef::Kind::Read: return {{"read", kKeyNames[step.key]}, {"id", step.id}, {"ahead", step.ahead}};
    case StepDef::Kind::SnapshotAndRestore: return {{"restore", true}};
    case StepDef::Kind::Load: return {{"load", "with the late interventions"}};
    case StepDef::Kind::Forget: return {{"forget", kKeyNames[step.key]}, {"id", step.id}};
  }
  return {};
}

}  // namespace

std::string definitionsJson(const HistoryDef& history, bool withLate) { return definitions(history, withLate).dump(); }

std::string payloadJson(const EventDef& event) { return payload(event).dump(); }

std::string describe(const HistoryDef& history) {
  constexpr const char* kDrives[] = {"walk", "sleep", "replay"};
  const OptionsDef& options = history.options;
  std::string out = "drive: ";
  out += kDrives[static_cast<int>(history.drive)];
  out += history.everyMs ? ", every ms" : ", candidates";
  out += "\noptions: windowEventLimit " + std::to_string(options.windowEventLimit) + ", defaultTtlMs " +
         std::to_string(options.defaultTtlMs) + (options.timeDriven ? "" : ", timeDriven false") +
         (options.wakeAll ? ", wake all" : ", wake latest") + (options.refireOnEdge ? ", refire edge" : "") +
         (options.syncUser ? ", syncKeys user_id" : "") + "\ndefinitions: ";
  std::string late;
  for (const InterventionDef& one : history.interventions) {
    if (one.late) late += " " + one.name + " v" + std::to_string(one.version);
  }
  out += definitions(history, true).dump(1) + (late.empty() ? "" : "\nlate:" + late);
  for (const StepDef& step : history.steps) out += "\n" + stepJson(step).dump();
  return out + "\n";
}

}  // namespace oncue::oracle
