// What connected devices hear of as it happens, without a ping that would tell them that they lack something.
import { NEVER } from './definitions.mjs';
import { must } from './violation.mjs';

const DAY_MS = 86_400_000;
/** More than the server folds into a state at a time, after which it raises the floor if that is a day old. */
const UNTIL_FOLDED = 7;
/** Beyond the serial numbers of schedules. */
const FIRST_SERIAL = 900_000;

/** @param world after its quiet @throws {Violation} */
export function checkHearing(world) {
  const { server, timeline, devices } = world;
  const id = world.schedule.ids.at(-1);
  const first = devices.find((device) => !device.isCopy);
  if (!first) return;

  let serial = FIRST_SERIAL;
  const track = () => {
    first.track({ serial: ++serial, label: 'a', number: '1', action: 'buy', late: 0 });
    first.client.kick();
    timeline.runOut();
  };
  const mustAgree = (what) => {
    const digest = server.digestOf(id);
    for (const device of devices) must(device.headOf(id)?.digest === digest, () => `${device.profile} has not heard of ${what}`);
  };

  world.connect(id);
  timeline.runOut();
  server.ping();
  timeline.runOut();

  track();
  mustAgree('a fact');

  server.answer('claim', { id, epoch: server.epochOf(id), name: NEVER, version: 1, intervention_id: 'elsewhere', final: true });
  timeline.runOut();
  for (const device of devices) must(device.hasLatched(id, NEVER), () => `${device.profile} has not heard of a claim`);

  timeline.runTo(timeline.now + 2 * DAY_MS);
  for (let i = 0; i < UNTIL_FOLDED; i++) track();
  mustAgree('a floor');

  server.forget(id);
  timeline.runOut();
  const epoch = server.epochOf(id);
  for (const device of devices) must(device.epochOf(id) === epoch, () => `${device.profile} has not heard of an erasure`);
}
