import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import opendtu from '../../../../plugins/meters/opendtu/index.ts';
import { meterContract } from '../../../contract/index.ts';
import { type HttpMeterHardware, httpMeterPeer, startHttpMeter } from '../../../helpers/http-meter.ts';
import { STATUS } from './fixtures.ts';

const PASSWORD = 'geheim-123';

const hardware: HttpMeterHardware = {
  type: 'opendtu',
  plugin: opendtu,
  options: { password: PASSWORD },
  secrets: [PASSWORD],
  state: { power: 0, energy: 1_000 },
  serve: (box, state, invalid) =>
    box.route('GET /api/livedata/status', ({ headers }) => {
      const right = `Basic ${Buffer.from(`admin:${PASSWORD}`).toString('base64')}`;
      if (headers.authorization !== right) return { status: 401, text: '' };
      const YieldTotal = { v: (state.energy ?? 0) / 1_000, u: 'kWh', d: 3 };
      return { json: { total: { Power: { v: invalid() ? null : state.power, u: 'W', d: 1 }, YieldTotal } } };
    }),
};

describe('opendtu', () => {
  for (const { title, run } of meterContract(httpMeterPeer(hardware))) test(title, run);

  test('reads all inverters together', async () => {
    const { device, close } = await startHttpMeter({
      ...hardware,
      options: {},
      serve: (box) => box.route('GET /api/livedata/status', { json: STATUS }),
    });
    assert.deepEqual(await device.read(AbortSignal.timeout(5_000)), { power: 642.1, energy: 1_234_567 });
    await close();
  });
});
