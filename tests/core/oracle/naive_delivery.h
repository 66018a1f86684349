// The limits of `delivery` by brute force: the list of everything delivered, searched each time.
#pragma once

#include <string>
#include <vector>

#include "oracle/history.h"

namespace oncue::oracle {

class NaiveDelivery {
 public:
  // To `ids` at `now`; the deliveries of one `round` are those of one call. `keys` are the targets that count.
  bool mayDeliver(const InterventionDef& intervention, const std::vector<std::size_t>& keys, const Ids& ids,
                  std::int64_t now, std::uint64_t round) const;
  void record(const InterventionDef& intervention, const std::vector<std::size_t>& keys, const Ids& ids,
              std::int64_t now, std::uint64_t round);
  void forget(std::size_t key, const std::string& id);

 private:
  struct Delivery {
    std::string name;
    int version;
    std::size_t key;
    std::string id;
    std::int64_t now;
    std::string session;
    std::uint64_t round;
    std::string group;
    std::int64_t cooldownMs;
  };
  std::vector<Delivery> all_;
};

}  // namespace oncue::oracle
