#include "definition/name_table.h"

#include <gtest/gtest.h>

#include "definition/model.h"

namespace oncue {
namespace {

TEST(NameTable, FindsWhatWasSet) {
  NameTable table;
  EXPECT_EQ(table.find('a', "x"), kNone);
  for (std::uint32_t i = 0; i < 5'000; ++i) {
    std::uint32_t& index = table.at('a', "name" + std::to_string(i));
    EXPECT_EQ(index, kNone);
    index = i;
  }
  for (std::uint32_t i = 0; i < 5'000; ++i) {
    EXPECT_EQ(table.find('a', "name" + std::to_string(i)), i);
    EXPECT_EQ(table.find('b', "name" + std::to_string(i)), kNone) << "kinds are apart";
  }
  EXPECT_EQ(table.find('a', "name5000"), kNone);
  table.at('a', "") = 3;
  EXPECT_EQ(table.find('a', ""), 3u);
  EXPECT_EQ(table.find('a', std::string_view("name1\0", 6)), kNone);
}

}  // namespace
}  // namespace oncue
