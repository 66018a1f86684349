#include "definition/builder.h"

#include "base/number_text.h"
#include "definition/fields.h"
#include "definition/model_hash.h"

namespace oncue {
namespace {

template <class List>
std::uint32_t internLast(List& list, std::uint32_t& index) {
  const auto last = static_cast<std::uint32_t>(list.size() - 1);
  if (index == kNone) {
    index = last;
  } else {
    list.pop_back();
  }
  return index;
}

}  // namespace

std::uint32_t& Builder::at(Names kind, const std::string& name) { return table_.at(static_cast<char>(kind), name); }

std::uint32_t Builder::find(Names kind, const std::string& name) const {
  return table_.find(static_cast<char>(kind), name);
}

void Builder::defineOnce(Names kind, const std::string& name, const std::string& shown) {
  std::uint32_t& known = at(kind, name);
  if (known != kNone) problems.add(ProblemCode::duplicate, shown.c_str());
  known = 0;
}

std::uint32_t Builder::internProperty(bool keep) {
  if (keep) return internLast(model.properties, at(Names::Property, propertyIdentity(model.properties.back())));
  model.properties.pop_back();
  return kNone;
}

std::uint32_t Builder::internComputation(bool keep) {
  Computation& last = model.computations.back();
  if (keep) {
    last.hash = computationHash(model, last);
    // Two keys may read one property; each keeps its own ids, so each has its own computation.
    return internLast(model.computations, at(Names::Computation, last.hash + model.keys[last.key].name));
  }
  model.computations.pop_back();
  return kNone;
}

void readPublication(Builder& builder, const Fields& fields) {
  bool published = true;
  fields.boolean("is_published", published);
  builder.active = published || builder.options.includeUnpublished;
  if (!builder.active) builder.problems.add(ProblemCode::not_published);
}

std::string versionedName(const std::string& name, std::uint32_t version) {
  std::string text = name;
  text += " v";
  appendNumber(text, version);
  return text;
}

}  // namespace oncue
