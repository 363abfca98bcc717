import { onTestFinished } from 'vitest';
import { type FakeHouse, type HouseOptions, startHouse } from '../helpers/house.ts';

export interface WebHouse extends FakeHouse {
  readonly url: string;
}

/**
 * A house of fake devices with a web page; time passes when the test says so. Not more than half a minute at once while a
 * page is open: who does not answer the pings of that time is taken for gone.
 */
export async function startWebHouse(options: HouseOptions = {}, port = 0): Promise<WebHouse> {
  const config = { rest: { port, host: '127.0.0.1' }, web: {}, ...options.config };
  const house = await startHouse({ onTestFinished }, { ...options, config });
  const line = house.runtime.announcements.findLast((each) => each.startsWith('REST: ')) ?? '';
  return { ...house, url: `${/http:\/\/[^/]+/.exec(line)?.[0] ?? ''}/` };
}

/** A sunny house with a battery, two cars and prices. */
export const SUNNY: HouseOptions = {
  config: {
    vehicles: {
      family: { type: 'fake', title: 'Family car', capacity: 77 },
      small: { type: 'fake', title: 'Small car', capacity: 38 },
    },
  } as never,
  loadpoints: [
    { title: 'Garage', vehicle: 'family', mode: 'pv' },
    { title: 'Carport', vehicle: 'small', mode: 'off' },
  ],
  battery: { soc: 64, capacity: 10 },
  rates: (now) => [{ start: now - 3_600_000, end: now + 36_000_000, price: 0.312 }],
};
