import type { MeterReading } from '../../../../core/index.ts';

const lines = (...text: readonly string[]): string => text.map((line) => `${line}\r\n`).join('');

/** Telegrams composed after the P1 Companion Standard 5.0.2, and what they mean. */
export const TELEGRAMS: Readonly<Record<string, { readonly text: string; readonly reading: MeterReading }>> = {
  'of the Netherlands, with two tariffs': {
    text: `${lines(
      '/ISK5\\2M550T-1012',
      '',
      '1-3:0.2.8(50)',
      '0-0:1.0.0(240115120000W)',
      '0-0:96.1.1(4530303030303030303030303030303031)',
      '1-0:1.8.1(001234.567*kWh)',
      '1-0:1.8.2(002345.678*kWh)',
      '1-0:2.8.1(000123.456*kWh)',
      '1-0:2.8.2(000234.567*kWh)',
      '0-0:96.14.0(0002)',
      '1-0:1.7.0(00.000*kW)',
      '1-0:2.7.0(01.234*kW)',
      '1-0:32.7.0(230.1*V)',
      '1-0:52.7.0(231.2*V)',
      '1-0:72.7.0(229.8*V)',
      '1-0:31.7.0(002*A)',
      '1-0:51.7.0(001*A)',
      '1-0:71.7.0(003*A)',
    )}!151C\r\n`,
    reading: {
      power: -1_234,
      currents: [-2, -1, -3],
      voltages: [230.1, 231.2, 229.8],
      energy: 3_580_245,
      returnEnergy: 358_023,
    },
  },
  'of version 2, without checksum and of one phase': {
    text: `${lines('/KMP5 KA6U001660297912', '', '1-0:1.8.1(04413.678*kWh)', '1-0:1.7.0(0000.50*kW)', '0-0:17.0.0(999*A)')}!\r\n`,
    reading: { power: 500, energy: 4_413_678 },
  },
};
