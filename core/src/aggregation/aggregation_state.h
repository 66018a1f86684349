// The state of one aggregation whose kind is known at run time only.
#pragma once

#include <utility>

#include "aggregation/aggregation.h"

namespace oncue {

class AggregationState {
 public:
  AggregationState() = default;  // none; only assignment and the test for presence make sense
  explicit AggregationState(AggregationKind kind) : ops_(&aggregationOps(kind)), state_(ops_->create()) {}
  AggregationState(AggregationState&& other) noexcept { swap(other); }
  AggregationState& operator=(AggregationState&& other) noexcept {
    swap(other);
    return *this;
  }
  ~AggregationState() {
    if (state_ != nullptr) ops_->destroy(state_);
  }

  explicit operator bool() const { return state_ != nullptr; }

  void update(const Element& element, const Stamp& stamp) { ops_->update(state_, element, stamp); }
  void merge(const AggregationState& from) { ops_->merge(state_, from.state_); }
  void finalize(const ReadContext& context, Value& out) const { ops_->finalize(state_, context, out); }
  bool truncated() const { return ops_->truncated(state_); }
  void serialize(Writer& out) const { ops_->serialize(state_, out); }
  bool deserialize(Reader& in) { return ops_->deserialize(state_, in); }

 private:
  void swap(AggregationState& other) noexcept {
    std::swap(ops_, other.ops_);
    std::swap(state_, other.state_);
  }

  const AggregationOps* ops_ = nullptr;
  void* state_ = nullptr;
};

}  // namespace oncue
