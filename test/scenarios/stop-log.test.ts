import { expect, test } from 'vitest';
import { type FakeHouse, startHouse } from '../helpers/house.ts';

/** What the log says of the end of a charge. */

const stops: Readonly<Record<string, readonly [(house: FakeHouse) => unknown, RegExp]>> = {
  'the house, because of the mode': [(house) => house.command('mode', 'off'), /: charging stopped: mode is off/],
  'the car, which leaves': [(house) => Object.assign(house.charger(), { status: 'A' }), /: charging stopped$/],
};

test.for(Object.entries(stops))('a charge that is stopped by %s', async ([, [stop, expected]], t) => {
  const house = await startHouse(t, { loadpoints: [{ mode: 'now', guardDuration: 0 }] });
  await house.run(60);
  await stop(house);
  await house.run(60);
  const said = house.log.map(({ message }) => message).filter((text) => text.includes('charging stopped'));
  expect(said).toEqual([expect.stringMatching(expected)]);
});
