// The page's plain artefact gets its definitions compiled: js/engine/src/plain/ reads the JSON, which a browser parses
// itself, and answers for everything being valid. What it writes is read here in the same order.
#include <string>

#include "base/hash.h"
#include "base/wire.h"
#include "definition/model_hash.h"

namespace oncue::plain {
namespace {

class ModelReader {
 public:
  ModelReader(std::string_view bytes, Model& model) : in_(bytes), model_(model) {}

  void read() {
    model_.properties.resize(number());
    list(model_.keys, [&](AttributeKey& key) {
      text(key.name);
      key.property = index();
    });
    list(model_.computations, [&](Computation& computation) { readComputation(computation); });
    list(model_.interventions, [&](Intervention& intervention) { readIntervention(intervention); });
  }

 private:
  std::uint32_t number() { return static_cast<std::uint32_t>(in_.varint()); }
  // 0 stands for kNone.
  std::uint32_t index() { return number() - 1; }
  void text(std::string& out) { out = in_.text(); }

  template <class T, class Read>
  void list(Vec<T>& out, Read read) {
    out.resize(in_.count(1));
    for (T& item : out) read(item);
  }

  void indexes(Vec<std::uint32_t>& out) {
    list(out, [&](std::uint32_t& item) { item = number(); });
  }

  void readValue(Value& value) {
    value.kind = static_cast<Value::Kind>(in_.u8());
    value.number = in_.f64();
    text(value.text);
    list(value.items, [&](Value& item) { readValue(item); });
  }

  void readComparison(Operator& op, Operand& operand) {
    op = static_cast<Operator>(in_.u8());
    readValue(operand.value);
  }

  void readComputation(Computation& computation) {
    computation.hash = definitionHash(in_.text());
    computation.key = number();
    computation.type.element = static_cast<ElementType>(in_.u8());
    computation.aggregation = static_cast<AggregationKind>(in_.u8());
    computation.property = index();
    computation.periodMs = in_.i64();
    computation.ttlMs = in_.i64();
    computation.unitMs = in_.i64();
    list(computation.filter.matchers, [&](EventMatcher& matcher) {
      text(matcher.name);
      text(matcher.vendor);
      text(matcher.version);
    });
    computation.filter.any = in_.u8() != 0;
    list(computation.filter.criteria, [&](EventCriterion& criterion) {
      criterion.property = number();
      readComparison(criterion.op, criterion.operand);
    });
  }

  void readCriteria(CriteriaNode& node) {
    node.kind = static_cast<CriteriaNode::Kind>(in_.u8());
    if (node.kind != CriteriaNode::Kind::Criterion) {
      return list(node.children, [&](CriteriaNode& child) { readCriteria(child); });
    }
    node.computation = number();
    readComparison(node.op, node.operand);
  }

  // Pieces of what is hashed, each with the computation whose hash follows it.
  std::string readHash() {
    Writer encoding;
    for (std::uint32_t left = in_.count(1); left > 0; --left) {
      encoding.raw(in_.text());
      const std::uint32_t computation = index();
      if (computation != kNone) encoding.text(model_.computations[computation].hash);
    }
    return definitionHash(encoding.bytes());
  }

  void readIntervention(Intervention& intervention) {
    text(intervention.name);
    intervention.version = number();
    intervention.hash = readHash();
    readCriteria(intervention.criteria);
    indexes(intervention.computations);
    indexes(intervention.criteriaKeys);
    indexes(intervention.targetKeys);
    // One group for what comes with it, whose attributes have whole names; of its key some id is read anyway.
    intervention.payloadGroups.push_back(static_cast<std::uint32_t>(model_.groups.size()));
    AttributeGroup& payload = model_.groups.emplace_back();
    payload.key = intervention.criteriaKeys[0];
    list(payload.attributes, [&](Attribute& attribute) {
      text(attribute.name);
      attribute.computation = number();
    });
  }

  Reader in_;
  Model& model_;
};

}  // namespace

void readModel(std::string_view compiled, Model& model) { ModelReader(compiled, model).read(); }

}  // namespace oncue::plain
