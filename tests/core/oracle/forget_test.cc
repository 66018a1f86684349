// A history that the oracle found, kept.
#include <gtest/gtest.h>

#include "oncue/engine.h"

namespace oncue {
namespace {

constexpr char kDefinitions[] = R"({"attribute_groups":[
  {"name":"d","version":1,"attribute_key":{"name":"domain_userid"},"online":true,"is_published":true,"attributes":[
    {"name":"idle","type":"double","aggregation":"time_since_last","time_unit":"s"}]},
  {"name":"u","version":1,"attribute_key":{"name":"user_id"},"online":true,"is_published":true,"attributes":[
    {"name":"views","type":"int32","aggregation":"counter"}]}],
 "interventions":[{"name":"i","version":1,"is_published":true,"criteria":{"any":[
    {"attribute":"d:idle","operator":">=","value":60},{"attribute":"u:views","operator":">","value":5}]}}]})";

// Forgetting one of the latest ids leaves the others the latest: their context is there at once, as after a restore.
TEST(Evaluation_11, ForgettingAnIdOfTheLatestEventFormsTheContextOfTheOthers) {
  constexpr std::int64_t kNow = 1'780'271'999'900;
  Engine engine{EngineOptions{}};
  ASSERT_TRUE(engine.load(kDefinitions).ok());
  engine.track(R"({"e":"pv","duid":"u1","uid":"ann"})", EventFormat::Payload, kNow);
  ASSERT_TRUE(engine.forget("user_id", "ann"));

  Engine restored{EngineOptions{}};
  ASSERT_TRUE(restored.load(kDefinitions).ok());
  const std::string bytes = engine.snapshot();
  ASSERT_TRUE(restored.restore(bytes).ok());
  EXPECT_EQ(restored.snapshot(), bytes);

  engine.tick(kNow + 1);
  EXPECT_EQ(engine.nextWake(), kNow + 60'000);
  EXPECT_EQ(engine.tick(kNow + 60'000), 1u);
}

}  // namespace
}  // namespace oncue
