#include "state/entity.h"

#include <gtest/gtest.h>

namespace oncue {
namespace {

TEST(Entity, FindsACellWhereverItWasBefore) {
  Entity entity;
  const Computation computation;
  for (const std::uint32_t i : {7u, 3u, 11u, 5u}) entity.findOrMake(i, computation);
  ASSERT_EQ(entity.cells.size(), 4u);
  for (std::uint32_t i = 0; i < 13; ++i) {
    Cell* expected = nullptr;
    for (Entity::Slot& slot : entity.cells) {
      if (slot.computation == i) expected = &slot.cell;
    }
    EXPECT_EQ(expected != nullptr, i == 3 || i == 5 || i == 7 || i == 11);
    EXPECT_EQ(entity.find(i), expected);
    for (std::uint32_t before = 0; before < 6; ++before) {
      std::uint32_t place = before;
      EXPECT_EQ(entity.find(i, place), expected) << i << ' ' << before;
      if (expected == nullptr) continue;
      EXPECT_EQ(&entity.cells[place].cell, expected);
      EXPECT_EQ(entity.find(i, place), expected);
    }
  }
}

TEST(Entity, HasNoCellAnywhereWhileItIsEmpty) {
  Entity entity;
  std::uint32_t place = 0;
  EXPECT_EQ(entity.find(0, place), nullptr);
  entity.findOrMake(4, Computation{});
  EXPECT_EQ(entity.find(0, place), nullptr);
  EXPECT_EQ(entity.find(4, place), &entity.cells[0].cell);
}

// What one id has shifts when it gains or loses a cell, and another id has its own.
TEST(Entity, IsNotMisledByAPlaceThatMovedOrIsAnotherIds) {
  Entity one;
  Entity other;
  const Computation computation;
  one.findOrMake(5, computation);
  std::uint32_t place = 0;
  EXPECT_EQ(one.find(5, place), &one.cells[0].cell);
  one.findOrMake(2, computation);
  EXPECT_EQ(one.find(5, place), &one.cells[1].cell);
  other.findOrMake(9, computation);
  EXPECT_EQ(other.find(5, place), nullptr);
  EXPECT_EQ(other.find(9, place), &other.cells[0].cell);
  eraseIf(one.cells, [](const Entity::Slot& slot) { return slot.computation == 2; });
  place = 1;
  EXPECT_EQ(one.find(5, place), &one.cells[0].cell);
}

}  // namespace
}  // namespace oncue
