// Stamps as bytes, each relative to the one before: neighbours are mostly close in time and of one replica.
#pragma once

#include "aggregation/aggregation.h"

namespace oncue {

class StampWriter {
 public:
  void write(const Stamp& stamp, Writer& out);

 private:
  Stamp previous_;
};

class StampReader {
 public:
  // Fails the reader on anything a StampWriter does not write.
  Stamp read(Reader& in);

 private:
  Stamp previous_;
};

}  // namespace oncue
