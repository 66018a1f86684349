// Blocks that go together, as those do of which definitions are made: freeing each is code for every type.
#pragma once

namespace oncue::plain {

struct Header;

// What is allocated between these two is one region, of which free() leaves every block alone.
void beginRegion();
Header* endRegion();
void freeRegion(Header* region);

}  // namespace oncue::plain
