#include "sync/partial.h"

#include <algorithm>
#include <utility>

#include "base/insert_at.h"
#include "base/sort.h"
#include "window/saturating.h"

namespace oncue {
namespace {

bool isReset(std::int64_t from, std::int64_t to, std::int64_t reset) {
  return reset > 0 && saturatingSubtract(to, from) >= reset;
}

}  // namespace

void addToPartial(Partial& partial, const Computation& computation, const Element& element, const Stamp& stamp,
                  std::int64_t at) {
  Vec<Segment>& segments = partial.segments;
  if (segments.empty() || isReset(segments.back().lastAt, at, resetOf(computation))) {
    segments.push_back({at, at, Cell(computation)});
  }
  segments.back().lastAt = at;
  segments.back().cell.add(computation, element, stamp, at, kSyncedWindowLimit);
}

void joinPartial(Partial& partial, Partial from) {
  std::size_t place = 0;
  for (Segment& theirs : from.segments) {
    Vec<Segment>& mine = partial.segments;
    while (place < mine.size() && mine[place].firstAt < theirs.firstAt) ++place;
    if (place == mine.size() || mine[place].firstAt != theirs.firstAt) {
      mine.emplace_back(std::move(theirs));
      std::rotate(mine.begin() + place, mine.end() - 1, mine.end());
    } else if (mine[place].lastAt < theirs.lastAt) {
      mine[place] = std::move(theirs);
    }
  }
}

void SegmentUnion::add(const Segment& segment) {
  pieces_.push_back({segment.firstAt, segment.lastAt, &segment.cell, {}, {}});
}

void SegmentUnion::add(const Element& element, const Stamp& stamp, std::int64_t at) {
  pieces_.push_back({at, at, nullptr, element, stamp});
}

void SegmentUnion::sortLatestFirst() {
  sortBy(pieces_, [](const Piece& a, const Piece& b) { return a.lastAt > b.lastAt; });
}

std::size_t SegmentUnion::endOfRun(std::size_t begin) const {
  std::int64_t firstAt = pieces_[begin].firstAt;
  std::size_t i = begin + 1;
  for (; i < pieces_.size() && !isReset(pieces_[i].lastAt, firstAt, resetOf(computation_)); ++i) {
    firstAt = std::min(firstAt, pieces_[i].firstAt);
  }
  return i;
}

Cell SegmentUnion::latest() {
  Cell cell(computation_);
  if (pieces_.empty()) return cell;
  sortLatestFirst();
  const std::size_t end = endOfRun(0);
  for (std::size_t i = 0; i < end; ++i) {
    const Piece& piece = pieces_[i];
    if (piece.cell != nullptr) {
      cell.merge(computation_, *piece.cell, kSyncedWindowLimit);
    } else {
      cell.add(computation_, piece.element, piece.stamp, piece.lastAt, kSyncedWindowLimit);
    }
  }
  return cell;
}

bool SegmentUnion::deadUntil(std::int64_t floor, std::int64_t& lastAt) {
  sortLatestFirst();
  for (std::size_t i = 0; i < pieces_.size(); i = endOfRun(i)) {
    if (!isReset(pieces_[i].lastAt, floor, resetOf(computation_))) continue;
    lastAt = pieces_[i].lastAt;
    return true;
  }
  return false;
}

}  // namespace oncue
