// Definitions as JSON text -> Model.
#pragma once

#include <string_view>

#include "definition/model.h"
#include "oncue/status.h"

namespace oncue {

struct DefinitionOptions {
  // Groups and interventions that say is_published:false are inactive unless this is set. Absent means published.
  bool includeUnpublished = false;
  // TTL of lifetime attributes when neither attribute, group nor key has one, ms; 0 = unlimited.
  std::int64_t defaultTtlMs = 0;
  // Names of keys that span devices: no default applies to them. Null = none.
  const Vec<std::string>* syncKeys = nullptr;
};

// Reads one bundle {attribute_keys, attribute_groups, services, interventions}, one registry object, an array of
// registry objects, or NDJSON of them. Reports every error and warning of the input at once, each with a JSON Pointer
// (NDJSON: "/<line index from 0>/..."). `model` is replaced only when there is no error.
LoadReport loadDefinitions(std::string_view json, const DefinitionOptions& options, Model& model);

}  // namespace oncue
