// Writes records as the page's extractor does, from the plan it is given: the other end of the object door in tests.
#pragma once

#include <nlohmann/json.hpp>
#include <map>
#include <string>

namespace oncue::test {

// What the record before said, by slot: what has not changed is not written again.
using Written = std::map<std::uint32_t, nlohmann::json>;

// `payload` holds protocol keys, its self-describing JSON as text in ue_pr and co.
std::string encodeRecord(const nlohmann::json& plan, const nlohmann::json& payload);

// The same with the objects as a tracker holds them before it writes them as text; null when there are none.
std::string encodeRecord(const nlohmann::json& plan, const nlohmann::json& payload, const nlohmann::json& event,
                         const nlohmann::json& entities, Written* written = nullptr);

}  // namespace oncue::test
