// Which ids an event carries. Apart, so that a page, which asks for none, links none of it.

#include "engine/impl.h"

namespace oncue {

std::string Engine::idsOf(std::string_view text, EventFormat format, std::int64_t now) {
  JsonWriter out;
  out.beginObject();
  EventError error = EventError::None;
  Event* event = impl_->loaded ? impl_->loaded->reader->read(text, format, error) : nullptr;
  if (event != nullptr) {
    // The reader goes on from one event to the next: what this one changed, the next that is tracked must see.
    impl_->noteChanges(event);
    event->settle(now);
    const Model& model = impl_->loaded->model;
    for (const std::uint32_t key : impl_->loaded->rules.usedKeys) {
      const std::string_view id = event->identifier(model.keys[key].property).value_or(std::string_view());
      if (!id.empty()) out.key(model.keys[key].name).string(id);
    }
  }
  out.endObject();
  return out.take();
}

}  // namespace oncue
