import type { InverterFixtures } from '../../../helpers/inverter.ts';

export const FIXTURES: InverterFixtures = {
  device: { type: 'e3dc' },
  contract: {
    options: { usage: 'battery', capacity: 10 },
    hardware: { power: 0, soc: 50 },
    show: ({ power, soc = 0 }, put) => {
      for (let address = 40_067; address < 40_085; address += 1) put(address, 'u16', 0);
      put(40_069, 'i32le', -power);
      put(40_082, 'u16', soc);
    },
    invalid: (put) => put(40_069, 'u32le', 0x80000000),
  },
  readings: [
    { title: 'the grid', options: { usage: 'grid' }, raw: [[40_073, 'i32le', -70_000]], reading: { power: -70_000 } },
    { title: 'the generation', options: { usage: 'pv' }, raw: [[40_067, 'i32le', 4_500]], reading: { power: 4_500 } },
  ],
};
