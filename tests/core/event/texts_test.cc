// The small readers of texts: UTF-8, base64, iglu URIs, spellings of schemas, the arena they share.
#include <gtest/gtest.h>

#include "event/arena.h"
#include "event/base64url.h"
#include "event/event_cases.h"
#include "event/iglu_uri.h"
#include "event/shredded_names.h"
#include "event/repair_utf8.h"

namespace oncue {
namespace {

std::string repaired(std::string_view text) {
  std::string out;
  appendRepairedUtf8(out, text);
  return out;
}

TEST(Utf8, WellFormedTextStays) {
  for (const char* text : {"", "abc", "0123456789abcdef", "é", "€uro", "👋", "x\xF4\x8F\xBF\xBF", "\xED\x9F\xBF\xEE\x80\x80"}) {
    EXPECT_EQ(repaired(text), text);
    EXPECT_EQ(validUtf8Prefix(text), std::string_view(text).size());
  }
}

TEST(Utf8, EachIllFormedByteIsReplaced) {
  EXPECT_EQ(repaired("a\xFF" "b"), "a\uFFFDb");
  EXPECT_EQ(repaired("0123456\x80" "89"), "0123456\uFFFD89");
  EXPECT_EQ(repaired("\xC3"), "\uFFFD");
  EXPECT_EQ(repaired("\xC0\x80"), "\uFFFD\uFFFD");
  EXPECT_EQ(repaired("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(repaired("\xF4\x90\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(repaired("\xE2\x82" "a"), "\uFFFD\uFFFDa");
}

TEST(Utf8, EventsAreRepairedAtTheDoor) {
  const test::Wanted wanted;
  EventReader reader(wanted.model, {});
  EventError error;
  Event* event = reader.read("{\"e\":\"pv\",\"aid\":\"a\xFFz\"}", EventFormat::Payload, error);
  ASSERT_NE(event, nullptr);
  EXPECT_EQ(event->atomic(AtomicField::app_id).text, "a\uFFFDz");
}

TEST(Base64, BothAlphabetsPaddedOrNot) {
  Arena arena;
  EXPECT_EQ(decodeBase64("", arena), "");
  EXPECT_EQ(decodeBase64("YQ", arena), "a");
  EXPECT_EQ(decodeBase64("YQ==", arena), "a");
  EXPECT_EQ(decodeBase64("YWI", arena), "ab");
  EXPECT_EQ(decodeBase64("YWJj", arena), "abc");
  EXPECT_EQ(decodeBase64("-_-_", arena), "\xFB\xFF\xBF");
  EXPECT_EQ(decodeBase64("+/+/", arena), "\xFB\xFF\xBF");
  EXPECT_FALSE(decodeBase64("Y", arena));
  EXPECT_FALSE(decodeBase64("YQ=a", arena));
  EXPECT_FALSE(decodeBase64("Y Q", arena));
  EXPECT_FALSE(decodeBase64("Y\xC3\xA9Q", arena));
}

TEST(IgluUri, Parts) {
  const auto uri = parseIgluUri("iglu:com.acme/thing_2/jsonschema/12-3-45");
  ASSERT_TRUE(uri);
  EXPECT_EQ(uri->vendor, "com.acme");
  EXPECT_EQ(uri->name, "thing_2");
  EXPECT_EQ(uri->format, "jsonschema");
  EXPECT_EQ(uri->version, "12-3-45");
  EXPECT_EQ(uri->major, 12u);
  EXPECT_EQ(parseIgluUri("iglu:a/b/c/4294967296-0-0")->major, 4294967295u);
}

TEST(ShreddedNames, DefinitionsThatTheSpellingConfuses) {
  Model model;
  for (const char* name : {"myThing", "my_thing", "other"}) {
    Property& property = model.properties.emplace_back();
    property.source = Property::Source::Entity;
    property.vendor = "com.acme";
    property.name = name;
    property.majorVersion = 1;
  }
  const ReadPlan plan(model);
  const auto count = [&](std::string_view spelling) {
    int found = 0;
    findSpelled(plan, spelling, [&](std::uint32_t) { ++found; });
    return found;
  };
  EXPECT_EQ(count("com_acme_my_thing_1"), 2);
  EXPECT_EQ(count("com_acme_other_1"), 1);
  EXPECT_EQ(count("com_acme_other_2"), 0);
  EXPECT_EQ(count("com_acme_other_11"), 0);
  EXPECT_EQ(count("com_acme_other_"), 0);
  EXPECT_EQ(count(""), 0);
}

TEST(Trie, FindsWhatWasAdded) {
  Trie trie;
  std::vector<std::string> names;
  for (int i = 0; i < 5000; ++i) names.push_back("name" + std::to_string(i));
  Vec<std::uint32_t> nodes;
  for (int i = 0; i < 5000; ++i) {
    const std::uint32_t parent = i % 3 == 0 ? Trie::kRoot : nodes[static_cast<std::size_t>(i) / 2];
    nodes.push_back(i % 5 == 0 ? trie.add(parent, "", static_cast<std::uint32_t>(i)) : trie.add(parent, names[static_cast<std::size_t>(i)]));
  }
  for (int i = 0; i < 5000; ++i) {
    const std::uint32_t parent = i % 3 == 0 ? Trie::kRoot : nodes[static_cast<std::size_t>(i) / 2];
    const auto found = i % 5 == 0 ? trie.find(parent, "", static_cast<std::uint32_t>(i)) : trie.find(parent, names[static_cast<std::size_t>(i)]);
    EXPECT_EQ(found, nodes[static_cast<std::size_t>(i)]);
    EXPECT_EQ(trie.find(parent, "absent"), kNone);
  }
  EXPECT_EQ(trie.size(), 5001u);
  EXPECT_EQ(trie.add(Trie::kRoot, names[3]), nodes[3]) << "added once";
}

TEST(Arena, ViewsStayWhileItGrows) {
  Arena arena;
  for (int round = 0; round < 3; ++round) {
    std::vector<std::string_view> views;
    for (int i = 0; i < 500; ++i) views.push_back(arena.copy(std::string(static_cast<std::size_t>(i) * 7, static_cast<char>('a' + i % 26))));
    for (int i = 0; i < 500; ++i) {
      EXPECT_EQ(views[static_cast<std::size_t>(i)], std::string(static_cast<std::size_t>(i) * 7, static_cast<char>('a' + i % 26)));
    }
    arena.reset();
  }
}

TEST(Arena, ShrunkRoomIsUsedAgain) {
  Arena arena;
  void* first = arena.allocate(1000);
  arena.shrink(first, 0);
  EXPECT_EQ(arena.allocate(10), first);
}

}  // namespace
}  // namespace oncue
