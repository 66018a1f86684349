#include "engine/snapshot.h"

#include <algorithm>

#include "base/contains.h"
#include "base/features.h"
#include "base/hash.h"
#include "base/text_table.h"
#include "base/wire.h"

namespace oncue {
namespace {

constexpr std::string_view kMagic = "OnCu";
constexpr std::size_t kHeaderBytes = 4 + 1 + 4;  // magic, version, payload length
constexpr std::size_t kHashBytes = 16;           // of definition hashes

// A place in a list that is written in the order of a text which stays the same across loads.
struct Ordered {
  std::string order;
  std::uint32_t index;
};

void sortOrdered(Vec<Ordered>& list) {
  sortBy(list, [](const Ordered& a, const Ordered& b) { return a.order < b.order; });
}

// By intervention name and version, then by ids.
std::string contextOrder(const Model& model, const Context& context) {
  const Intervention& intervention = model.interventions[context.intervention];
  std::string order = intervention.name;
  order += '\0';
  for (int shift = 24; shift >= 0; shift -= 8) order += static_cast<char>(intervention.version >> shift);
  return order += std::string_view(context.key).substr(4);
}

}  // namespace

bool isDead(const Model& model, const Entity::Slot& slot, std::int64_t now) {
  return slot.cell.dead(model.computations[slot.computation], now - kPruneDelayMs);
}

namespace {

class SnapshotWriter {
 public:
  SnapshotWriter(const EngineState& state, const Model& model) : state_(state), model_(model) {}

  std::string write(std::string_view sync) {
    out_.u64(state_.replica);
    out_.varint(state_.seq);
    out_.varint(state_.idsUsed);
    out_.u8(state_.hasNow);
    out_.i64(state_.now);
    writeKeys();
    writeIds(state_.latestIds);
    for (const std::uint32_t key : keys_) writeTable(key);
    writeContexts();
    state_.latches.serialize(out_);
    state_.seen.serialize(out_);
    state_.received.serialize(out_);
    if (!sync.empty()) out_.text(sync);
    return out_.take();
  }

 private:
  void writeKeys() {
    Vec<Ordered> byName;
    for (std::uint32_t key = 0; key < model_.keys.size(); ++key) byName.push_back({model_.keys[key].name, key});
    sortOrdered(byName);
    for (const Ordered& key : byName) keys_.push_back(key.index);
    out_.varint(keys_.size());
    for (const std::uint32_t key : keys_) out_.text(model_.keys[key].name);
  }

  // The number of ids, then for each the place of its key in the list of keys plus one, and its text. Zero is no set.
  void writeIds(const SharedIds& ids) {
    if (!ids) return out_.varint(0);
    std::uint32_t present = 0;
    for (const std::uint32_t key : keys_) present += !idOf(ids, key).empty();
    out_.varint(present + 1);
    for (std::uint32_t i = 0; i < keys_.size(); ++i) {
      const std::string_view id = idOf(ids, keys_[i]);
      if (id.empty()) continue;
      out_.varint(i);
      out_.text(id);
    }
  }

  void writeTable(std::uint32_t key) {
    const auto entities = state_.tables[key].sorted();
    out_.varint(entities.size());
    for (const TextKeyed* keyed : entities) {
      const Entity& entity = *static_cast<const Entity*>(keyed);
      out_.text(entity.key);
      writeIds(entity.lastIds);
      out_.i64(entity.usedAt);
      writeCells(entity);
    }
  }

  // Sorted by hash: the order of a model's computations is that of its definitions.
  void writeCells(const Entity& entity) {
    Vec<Ordered> byHash;
    for (std::uint32_t i = 0; i < entity.cells.size(); ++i) {
      if (isDead(model_, entity.cells[i], state_.now)) continue;
      byHash.push_back({model_.computations[entity.cells[i].computation].hash, i});
    }
    const auto known = static_cast<std::uint32_t>(entity.cells.size());
    for (std::uint32_t i = 0; features::unknownCells() && i < entity.unknown.size(); ++i) byHash.push_back({entity.unknown[i].hash, known + i});
    sortOrdered(byHash);
    out_.varint(byHash.size());
    for (const Ordered& place : byHash) {
      out_.raw(place.order);
      if (features::unknownCells() && place.index >= known) {
        out_.text(entity.unknown[place.index - known].cell);
        continue;
      }
      const Entity::Slot& slot = entity.cells[place.index];
      Writer cell;
      slot.cell.serialize(model_.computations[slot.computation], cell);
      out_.text(cell.bytes());
    }
  }

  void writeContexts() {
    Vec<const Context*> contexts;
    Vec<Ordered> order;
    state_.contexts.forEach([&](const Context& context) {
      order.push_back({contextOrder(model_, context), static_cast<std::uint32_t>(contexts.size())});
      contexts.push_back(&context);
    });
    sortOrdered(order);
    out_.varint(order.size());
    for (const Ordered& place : order) {
      Writer body;
      std::swap(body, out_);
      writeContext(*contexts[place.index]);
      std::swap(body, out_);
      out_.text(body.bytes());
    }
  }

  void writeContext(const Context& context) {
    const Intervention& intervention = model_.interventions[context.intervention];
    out_.text(intervention.name);
    out_.varint(intervention.version);
    out_.raw(intervention.hash);
    out_.varint(context.entities.size());
    for (std::size_t i = 0; i < context.entities.size(); ++i) {
      const Entity* entity = context.entities[i];
      out_.varint(indexOf(keys_, intervention.criteriaKeys[i]));
      out_.text(entity ? std::string_view(entity->key) : std::string_view());
    }
    writeIds(context.entities.size() == 1 ? nullptr : context.lastIds);
    const bool pending = features::delays() && context.dueAt != kNever;
    out_.u8(static_cast<std::uint8_t>(context.evaluated | context.truth << 1 | pending << 2));
    out_.u64(context.before);
    out_.u64(context.after);
    out_.i64(context.evaluatedAt);
    out_.i64(context.wakeAt);
    if (!pending) return;
    out_.i64(context.dueAt);
    out_.text(context.dueEventId);
  }

  const EngineState& state_;
  const Model& model_;
  Vec<std::uint32_t> keys_;  // the model's, by name
  Writer out_;
};

class SnapshotReader {
 public:
  SnapshotReader(std::string_view payload, std::uint8_t version, const Model& model, bool keepUnknown, EngineState& state)
      : in_(payload), version_(version), model_(model), keepUnknown_(keepUnknown), state_(state) {
    for (std::uint32_t i = 0; i < model.computations.size(); ++i) {
      computations_.findOrMake(computationKey(model.computations[i].key, model.computations[i].hash)).first->index = i;
    }
  }

  bool read() {
    state_.tables.resize(model_.keys.size());
    state_.replica = in_.u64();
    state_.seq = in_.varint();
    state_.idsUsed = in_.varint();
    state_.hasNow = in_.u8() != 0;
    state_.now = in_.i64();
    readKeys();
    state_.latestIds = readIds();
    for (std::size_t i = 0; i < keys_.size() && in_.ok(); ++i) readTable(keys_[i]);
    readContexts();
    if (!in_.ok() || !state_.latches.deserialize(in_, format()) || !state_.seen.deserialize(in_)) return false;
    if (format() >= 2 && !state_.received.deserialize(in_)) return false;
    if (format() >= 3) sync = in_.text();
    return in_.atEnd();
  }

  std::string_view sync;  // the section

 private:
  struct Place : TextKeyed {
    std::uint32_t index = kNone;
  };

  static std::string computationKey(std::uint32_t key, std::string_view hash) {
    Writer out;
    out.raw(hash);
    out.varint(key);
    return out.take();
  }

  std::uint8_t format() const { return features::severalVersions() ? version_ : 2; }

  void readKeys() {
    const std::uint32_t count = in_.count(1);
    for (std::uint32_t i = 0; i < count && in_.ok(); ++i) {
      keys_.push_back(findKey(model_, in_.text()));
    }
  }

  SharedIds readIds() {
    const std::uint64_t count = in_.varint();
    if (count == 0) return nullptr;
    IdSet ids(model_.keys.size());
    for (std::uint64_t i = 1; i < count && in_.ok(); ++i) {
      const std::uint64_t place = in_.varint();
      const std::string_view id = in_.text();
      if (place >= keys_.size()) {
        in_.fail();
      } else if (keys_[static_cast<std::size_t>(place)] != kNone) {
        ids[keys_[static_cast<std::size_t>(place)]] = id;
      }
    }
    // Most entities were last seen with the same ids.
    if (!lastRead_ || ids != *lastRead_) lastRead_ = std::make_shared<const IdSet>(std::move(ids));
    return lastRead_;
  }

  void readTable(std::uint32_t key) {
    const std::uint32_t count = in_.count(3);
    for (std::uint32_t i = 0; i < count && in_.ok(); ++i) {
      const std::string_view id = in_.text();
      const SharedIds lastIds = readIds();
      const std::int64_t usedAt = format() < 2 ? state_.now : in_.i64();
      Entity* entity = nullptr;
      if (in_.ok() && key != kNone) {
        if (id.empty() || state_.tables[key].find(id) != nullptr) return in_.fail();
        entity = state_.tables[key].findOrMake(id).first;
        entity->attributeKey = key;
        entity->lastIds = lastIds;
        entity->usedAt = usedAt;
      }
      readCells(entity);
    }
  }

  std::uint32_t findComputation(std::uint32_t key, std::string_view hash) const {
    const Place* place = computations_.find(computationKey(key, hash));
    return place == nullptr ? kNone : place->index;
  }

  void readCells(Entity* entity) {
    const std::uint32_t count = in_.count(kHashBytes + 1);
    for (std::uint32_t i = 0; i < count && in_.ok(); ++i) {
      const std::string_view hash = in_.raw(kHashBytes);
      const std::string_view text = in_.text();
      if (!in_.ok() || entity == nullptr) continue;
      const std::uint32_t found = findComputation(entity->attributeKey, hash);
      if (found == kNone) {
        if (features::unknownCells() && keepUnknown_) entity->unknown.push_back({std::string(hash), std::string(text)});
        continue;
      }
      Reader bytes(text);
      const Computation& computation = model_.computations[found];
      const bool isNew = entity->find(found) == nullptr;
      Cell& cell = entity->findOrMake(found, computation);
      if (!isNew || !cell.deserialize(computation, bytes) || !bytes.atEnd()) in_.fail();
    }
  }

  void readContexts() {
    const std::uint32_t count = in_.count(kHashBytes + 1);
    for (std::uint32_t i = 0; i < count && in_.ok(); ++i) {
      Reader body(in_.text());
      std::swap(body, in_);
      const bool fine = readContext();
      std::swap(body, in_);
      if (!fine) in_.fail();
    }
  }

  // True also for a context of an intervention that is gone or changed, or whose attributes moved to other keys (the
  // hash knows a key by what it reads, not by its name): it is dropped.
  bool readContext() {
    const std::string_view name = in_.text();
    const std::uint64_t version = in_.varint();
    const std::string_view hash = in_.raw(kHashBytes);
    const auto at = std::find_if(model_.interventions.begin(), model_.interventions.end(), [&](const Intervention& one) {
      return one.name == name && one.version == version && one.hash == hash;
    });
    if (!in_.ok() || at == model_.interventions.end()) return in_.ok();
    Vec<std::uint32_t> keys;
    Vec<std::string_view> ids;
    for (std::uint32_t left = in_.count(2); left > 0 && in_.ok(); --left) {
      const std::uint64_t place = in_.varint();
      ids.push_back(in_.text());
      if (place >= keys_.size()) return false;
      keys.push_back(keys_[static_cast<std::size_t>(place)]);
    }
    if (!in_.ok() || keys != at->criteriaKeys) return in_.ok();
    Vec<Entity*> entities;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const std::uint32_t key = keys[i];
      entities.push_back(ids[i].empty() ? nullptr : state_.tables[key].findOrMake(ids[i]).first);
      if (entities.back() != nullptr) entities.back()->attributeKey = key;
    }
    const auto intervention = static_cast<std::uint32_t>(at - model_.interventions.begin());
    const auto [made, isNew] = state_.contexts.findOrMake(contextKey(intervention, ids));
    Context& context = *made;
    context.intervention = intervention;
    context.lastIds = readIds();
    const std::uint8_t flags = in_.u8();
    context.evaluated = (flags & 1) != 0;
    context.truth = (flags & 2) != 0;
    context.before = in_.u64();
    context.after = in_.u64();
    context.evaluatedAt = in_.i64();
    context.wakeAt = in_.i64();
    if (features::delays() && (flags & 4) != 0) {
      context.dueAt = in_.i64();
      context.dueEventId = in_.text();
    }
    const bool hasIds = std::any_of(entities.begin(), entities.end(), [](const Entity* e) { return e != nullptr; });
    context.entities = std::move(entities);
    for (Entity* entity : context.entities) {
      if (entity != nullptr) entity->link(context);
    }
    return in_.atEnd() && flags <= (format() < 2 || !features::delays() ? 3 : 7) && hasIds && isNew;
  }

  Reader in_;
  std::uint8_t version_;
  const Model& model_;
  bool keepUnknown_;
  EngineState& state_;
  Vec<std::uint32_t> keys_;  // the snapshot's, as indexes of the model's or kNone
  TextTable<Place> computations_;    // the model's, by computationKey()
  SharedIds lastRead_;
};

// What is the same in every version so far.
struct Frame {
  explicit Frame(std::string_view bytes) {
    Reader in(bytes);
    isWhole = in.raw(kMagic.size()) == kMagic;
    version = in.u8();
    payload = in.raw(in.u32());
    isWhole = isWhole && in.u64() == hash64(payload) && in.atEnd();
  }

  bool isWhole;  // ours, and as long as it says, and its checksum is right
  std::uint8_t version;
  std::string_view payload;
};

}  // namespace

std::string writeSnapshot(const EngineState& state, const Model& model, std::string_view sync) {
  const std::string payload = SnapshotWriter(state, model).write(sync);
  Writer out;
  out.raw(kMagic);
  out.u8(sync.empty() ? 2 : kSnapshotVersion);
  out.u32(static_cast<std::uint32_t>(payload.size()));
  out.raw(payload);
  out.u64(hash64(payload));
  return out.take();
}

bool readSnapshot(std::string_view bytes, const Model& model, bool keepUnknown, SyncHook* sync, std::string& section,
                  EngineState& state) {
  const Frame frame(bytes);
  const bool isKnown = features::severalVersions() ? frame.version >= 1 && frame.version <= kSnapshotVersion : frame.version == 2;
  EngineState read;
  SnapshotReader reader(frame.payload, frame.version, model, keepUnknown, read);
  if (!frame.isWhole || !isKnown || !reader.read() || (sync != nullptr && !sync->read(reader.sync))) return false;
  swapBytes(state, read);
  section = reader.sync;
  return true;
}

bool isDamagedSnapshot(std::string_view bytes) {
  const Frame frame(bytes);
  return !frame.isWhole && frame.version <= kSnapshotVersion;
}

Status snapshotProblem(std::string_view bytes) {
  const std::size_t seen = std::min(bytes.size(), kMagic.size());
  if (bytes.substr(0, seen) != kMagic.substr(0, seen)) {
    return {"snapshot_foreign", "These bytes are not a snapshot of OnCue."};
  }
  Reader header(bytes);
  header.raw(kMagic.size());
  const std::uint8_t version = header.u8();
  const std::uint32_t length = header.u32();
  if (header.ok() && version > kSnapshotVersion) {
    return {"snapshot_newer", "The snapshot has version " + std::to_string(version) + ", this engine reads up to " +
                                  std::to_string(kSnapshotVersion) + "."};
  }
  const std::uint64_t expected = kHeaderBytes + std::uint64_t{length} + 8;
  if (!header.ok() || bytes.size() < expected) {
    return {"snapshot_truncated", "The snapshot is cut short: expected " + std::to_string(expected) + " bytes, got " +
                                      std::to_string(bytes.size()) + "."};
  }
  return {"snapshot_corrupt", "The snapshot is damaged."};
}

}  // namespace oncue
