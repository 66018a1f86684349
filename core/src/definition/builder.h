// What the readers of one bundle share: the model being built and the names met so far.
#pragma once

#include <cstdint>
#include <string>

#include "definition/load.h"
#include "definition/model.h"
#include "definition/name_table.h"
#include "definition/problems.h"

namespace oncue {

class Fields;

// What a name is looked up as.
enum class Names : char {
  Key = 'k',           // name -> Model::keys
  Group = 'g',         // "name v1", and name for the highest version -> Model::groups
  Service = 's',       // name
  Intervention = 'i',  // "name v1"
  Attribute = 'a',     // "3:attribute", 3 being the index of its group
  Reference = 'r',     // "group:attribute" -> Model::computations, of the highest active version
  Rank = 'v',          // "group:attribute" -> that version
  Property = 'p',      // propertyIdentity() -> Model::properties
  Computation = 'c',   // hash -> Model::computations
};

// Readers build objects at the end of the model's lists and take them off again when they are not wanted; the model is
// given up as a whole once an error was reported.
struct Builder {
  Builder(Model& into, Problems& to, const DefinitionOptions& how) : model(into), problems(to), options(how) {}

  // The index of a name, kNone at first; valid until the next call.
  std::uint32_t& at(Names kind, const std::string& name);
  std::uint32_t find(Names kind, const std::string& name) const;
  // Reports the second definition of a name, shown as `shown`.
  void defineOnce(Names kind, const std::string& name, const std::string& shown);

  // The index of the last element of Model::properties or Model::computations, which is taken off again when an equal
  // one is there already, or when it is not to be kept; kNone then.
  std::uint32_t internProperty(bool keep);
  std::uint32_t internComputation(bool keep);

  Model& model;
  Problems& problems;
  const DefinitionOptions& options;
  // False while an unpublished or uncomputed object is read: it is checked, but leaves no trace in the model.
  bool active = true;

 private:
  NameTable table_;
};

// Reads is_published of the object and sets Builder::active; absent means published.
void readPublication(Builder& builder, const Fields& fields);

// "name v1"
std::string versionedName(const std::string& name, std::uint32_t version);

}  // namespace oncue
