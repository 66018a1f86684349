#include "definition/model_hash.h"

#include <cstddef>

#include "base/hash.h"
#include "base/wire.h"
#include "definition/vocabulary.h"

namespace oncue {
namespace {

constexpr std::uint64_t kFirstSeed = 0;
constexpr std::uint64_t kSecondSeed = 0x9E3779B97F4A7C15ULL;

void write(Writer& out, const Property& property) {
  out.u8(static_cast<std::uint8_t>(property.source));
  if (property.source == Property::Source::Atomic) {
    out.text(atomicName(property.atomic));
    return;
  }
  out.text(property.vendor);
  out.text(property.name);
  out.varint(property.majorVersion);
  out.varint(property.index);
  out.varint(property.path.size());
  for (const PathStep& step : property.path) {
    out.varint(step.index == kNone ? 0 : std::uint64_t{step.index} + 1);
    out.text(step.key);
  }
}

void write(Writer& out, const Model& model, std::uint32_t property, DatePart part) {
  out.u8(property != kNone);
  if (property != kNone) write(out, model.properties[property]);
  out.text(part == DatePart::None ? std::string_view{} : datePartName(part));
}

// A key without a property never has an id, but two such keys are still two.
void write(Writer& out, const Model& model, const AttributeKey& key) {
  write(out, model, key.property, DatePart::None);
  if (key.property == kNone) out.text(key.name);
}

void write(Writer& out, const Value& value) {
  out.u8(static_cast<std::uint8_t>(value.kind));
  out.f64(value.number);
  out.text(value.text);
  out.varint(value.items.size());
  for (const Value& item : value.items) write(out, item);
}

void write(Writer& out, const Model& model, const EventFilter& filter) {
  out.varint(filter.matchers.size());
  for (const EventMatcher& matcher : filter.matchers) {
    out.text(matcher.name);
    out.text(matcher.vendor);
    out.text(matcher.version);
    out.text(matcher.eventSpecificationId);
  }
  out.u8(filter.any);
  out.varint(filter.criteria.size());
  for (const EventCriterion& criterion : filter.criteria) {
    write(out, model, criterion.property, criterion.datePart);
    out.text(operatorName(criterion.op));
    write(out, criterion.operand.value);
  }
}

void write(Writer& out, const Model& model, const CriteriaNode& node) {
  out.u8(static_cast<std::uint8_t>(node.kind));
  if (node.kind != CriteriaNode::Kind::Criterion) {
    out.varint(node.children.size());
    for (const CriteriaNode& child : node.children) write(out, model, child);
    return;
  }
  // An unpopulated attribute is null whatever its name.
  out.text(node.computation == kNone ? std::string_view{} : model.computations[node.computation].hash);
  out.text(operatorName(node.op));
  write(out, node.operand.value);
}

}  // namespace

std::string definitionHash(std::string_view encoding) {
  Writer hash;
  hash.u64(hash64(encoding, kFirstSeed));
  hash.u64(hash64(encoding, kSecondSeed));
  return hash.take();
}

std::string propertyIdentity(const Property& property) {
  Writer out;
  write(out, property);
  return out.take();
}

std::string computationHash(const Model& model, const Computation& computation) {
  Writer out;
  write(out, model, model.keys[computation.key]);
  out.text(typeName(computation.type));
  out.text(aggregationInfo(computation.aggregation).name);
  write(out, model, computation.filter);
  write(out, model, computation.property, computation.datePart);
  out.i64(computation.periodMs);
  out.i64(computation.ttlMs);
  out.i64(computation.unitMs);
  return definitionHash(out.bytes());
}

std::string interventionHash(const Model& model, const Intervention& intervention) {
  Writer out;
  write(out, model, intervention.criteria);
  for (const std::uint32_t key : intervention.targetKeys) write(out, model, model.keys[key]);
  return definitionHash(out.bytes());
}

}  // namespace oncue
