// A model that reads everything the events under fuzz can say, and a look at every answer.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

#include "definition/path.h"
#include "event/reader.h"

namespace oncue::fuzz {

inline void addProperty(Model& model, Property::Source source, std::string_view name, std::uint32_t index,
                        std::string_view path) {
  Property& property = model.properties.emplace_back();
  property.source = source;
  property.vendor = "a";
  property.name = name;
  property.majorVersion = 1;
  property.index = index;
  if (!parsePath(path, property.path)) std::abort();
}

inline const Model& greedyModel() {
  static const Model model = [] {
    Model made;
    for (std::uint32_t i = 0; i < kAtomicFieldCount; ++i) {
      made.properties.emplace_back().atomic = static_cast<AtomicField>(i);
    }
    for (const char* path : {"x", "y.x", "y[0]", "y[1].x", "z", "z[0][1]", "x.y.x"}) {
      addProperty(made, Property::Source::Event, "e", 0, path);
      for (std::uint32_t index = 0; index < 3; ++index) addProperty(made, Property::Source::Entity, "c", index, path);
    }
    made.keys.emplace_back();
    Computation& computation = made.computations.emplace_back();
    computation.key = 0;
    computation.filter.matchers.emplace_back().eventSpecificationId = "s";
    return made;
  }();
  return model;
}

inline EventReader& greedyReader() {
  static EventReader reader(greedyModel(), {});
  return reader;
}

// Touches every byte that an event hands out, for the sanitizers to see.
inline std::size_t touch(const EventValue& value) {
  std::size_t sum = value.kind == EventValue::Kind::Number ? 1 : 0;
  for (const char c : value.text) sum += static_cast<unsigned char>(c);
  for (std::uint32_t i = 0; i < value.count; ++i) sum += touch(value.items[i]);
  return sum;
}

inline void touchAll(Event* event) {
  if (event == nullptr) return;
  std::size_t sum = event->vendor().size() + event->name().size() + event->version().size() +
                    event->specificationId().size() + event->idText().size();
  event->settle(event->clock().value_or(1'700'000'000'000));
  for (std::uint32_t i = 0; i < greedyModel().properties.size(); ++i) {
    sum += touch(event->value(i));
    sum += event->identifier(i).value_or("").size();
  }
  if (sum == SIZE_MAX) std::abort();
}

inline std::string_view textOf(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace oncue::fuzz
