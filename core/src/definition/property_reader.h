// Atomic, event and entity properties.
#pragma once

#include "definition/builder.h"
#include "definition/fields.h"

namespace oncue {

struct PropertyUse {
  std::uint32_t index = kNone;  // Model::properties; kNone when not kept or not valid
  DatePart datePart = DatePart::None;
  bool isDerivedTstamp = false;
};

// Reads the field "property". Without one, the result is as it is for one that is not valid, but nothing is reported.
PropertyUse readProperty(Builder& builder, const Fields& fields, bool keep);

// The event's own field of that name, in Model::properties; kNone when there is none.
std::uint32_t internAtomic(Builder& builder, const std::string& name);

// Warns, at the current place, when a browser never fills it.
void warnIfNeverLocal(Problems& problems, const Property& property);

}  // namespace oncue
