// The object door's record: what the page's extractor writes and readRecord() reads. Not stored, not sent anywhere:
// both ends are of one release.
//
// Little-endian. A u32 magic, then entries until the end: u32 head, then the payload of the head's tag. After
// kRecordMagic the entries are all that the event has. After kNextRecordMagic they are what it has otherwise than the
// event of the record before (Null: has no more); arrays are written each time. Most of a page's values never change,
// and copying them would be most of the work.
//   head = slot << 8 | tag
//   Null, False, True, Object: no payload     Number: f64
//   String: u32 byte length, UTF-8            Array: u32 count, then that many values (head with slot 0, payload);
//                                             an array inside an array has count 0
// Slots, with K = number of plan keys: [0, K) the payload's value of that key as String(v); K the schema of the
// self-describing event; K + 1 + s the value for slot s of the plan (ReadPlan).
//
// The extractor works from EventReader::extractionPlan():
//   {"magic": kRecordMagic,                                 kNextRecordMagic is one more
//    "keys": ["e", ...],                                      slot = position
//    "times": true,                                           false: only replay and sync need dtm, stm and ttm
//    "schema": K,
//    "event": {"vendor/name/1": [[slot, step, ...], ...]},    a step is a member's name or an element's index
//    "entities": {"vendor/name/1": [[n, [slot, step, ...], ...], ...]},    n-th entity of that schema
//    "specification": slot}                                   of data.id of the first event_specification; or absent
#pragma once

#include <cstdint>

namespace oncue {

constexpr std::uint32_t kRecordMagic = 0x4F435231;
constexpr std::uint32_t kNextRecordMagic = kRecordMagic + 1;

// In the place of kRecordMagic: the event came as text, and that is no JSON object. Nothing follows.
constexpr std::uint32_t kNotJsonMagic = kRecordMagic + 2;

enum class RecordTag : std::uint8_t { Null, False, True, Number, String, Object, Array };

}  // namespace oncue
