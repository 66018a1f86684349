// What an artefact may leave out. The engine has everything; the plain artefact of a page answers false for all of it
// (wasm/plain/features.cc), after which the linker drops what only these lead to.
#pragma once

namespace oncue::features {

bool changed();        // the operator
bool delays();         // delivery.delay: deliveries that wait for their time, or are canceled
bool deliveryLimits();  // the other rules of `delivery`, and the history that they ask
bool distinctCounts();  // approx_count_distinct
bool foreignResults();  // aggregations whose results, but for numbers, have another type than the attribute
bool serverOptions();  // timeDriven: false, wake: "all", rememberIds
bool severalVersions();  // snapshots of an older or newer version than 2
bool specifications();  // event_specification_id
bool sync();           // Engine::sync()
bool unknownCells();   // keepUnknown

}  // namespace oncue::features
