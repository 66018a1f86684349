// Where an event went when it first came. Only there a repeated one is made good: what was published since then does not
// count it, as on one server, which recognises it by its id alone.
import { askRedis, type Client } from '../storage/redis/client.js';
import { KEYS } from '../storage/redis/keys.js';
import type { Placed } from '../storage/redis/writer.js';
import type { Placement } from './router.js';

/** In the order of the copies. */
const readPlaces = (text: string): number[] => text.split(',').map(Number);

/** The copies of a repeated event that may be missing, as its sender was never answered. */
function missingOf({ copies }: Placement, places: readonly number[]): Placed[] {
  return copies.filter(({ partition }) => places.includes(partition)).map((copy) => ({ ...copy, isFirst: copy.partition === places[0] }));
}

/** As long as nobody else has said it; with the copies, so that who was answered has said it. */
function allOf({ event, home, revision, copies }: Placement): Placed[] {
  const body = copies.map(({ partition }) => partition).join();
  return [{ kind: 'placed', eventId: event.eventId, partition: home, revision, body }, ...copies];
}

/**
 * @param placements where events would go now; decided before this looks where they went: an event that was answered before
 *   these definitions were there is found, so one that is not found may count by them
 * @returns for each what is to be written
 */
export async function dueCopies(client: Client, placements: readonly Placement[]): Promise<Placed[][]> {
  const keys = placements.map(({ event, home }) => KEYS.placed(home, event.eventId));
  const known = await askRedis(() => client.mGet(keys));
  return placements.map((placement, i) => {
    const text = known[i];
    return text ? missingOf(placement, readPlaces(text)) : allOf(placement);
  });
}
