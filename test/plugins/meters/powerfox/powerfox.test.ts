import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import powerfox from '../../../../plugins/meters/powerfox/index.ts';
import { meterContract } from '../../../contract/index.ts';
import { type HttpMeterHardware, httpMeterPeer, startHttpMeter } from '../../../helpers/http-meter.ts';
import { CURRENT } from './fixtures.ts';

const PASSWORD = 'geheim-123';
const soon = () => AbortSignal.timeout(5_000);

const hardware: HttpMeterHardware = {
  type: 'powerfox',
  plugin: powerfox,
  address: (url) => ({ url }),
  options: { user: 'me@example.org', password: PASSWORD },
  secrets: [PASSWORD],
  state: { power: 0, energy: 1_000, returnEnergy: 500 },
  serve: (box, state, invalid) =>
    box.route('GET /api/2.0/my/main/current', ({ headers }) => {
      const right = `Basic ${Buffer.from(`me@example.org:${PASSWORD}`).toString('base64')}`;
      if (headers.authorization !== right) return { status: 401, text: '' };
      const { power, energy, returnEnergy } = state;
      return { json: { Outdated: false, Watt: invalid() ? 'none' : power, A_Plus: energy, A_Minus: returnEnergy } };
    }),
};

describe('powerfox', () => {
  for (const { title, run } of meterContract(httpMeterPeer(hardware))) test(title, run);

  const answering = (json: object) =>
    startHttpMeter({ ...hardware, serve: (box) => box.route('GET /api/2.0/my/main/current', { json }) });

  test('reads what the service says, and asks it once in 5 s', async () => {
    const { box, device, pass, close } = await answering(CURRENT);
    assert.deepEqual(await device.read(soon()), { power: -1_234, energy: 12_345_678, returnEnergy: 2_345_678 });
    await device.read(soon());
    assert.equal(box.requests.length, 1);
    pass(5_000);
    await device.read(soon());
    assert.equal(box.requests.length, 2);
    await close();
  });

  test('what is outdated is no value', async () => {
    const { device, close } = await answering({ ...CURRENT, Outdated: true });
    await assert.rejects(device.read(soon()), {
      code: 'EVCC_DEVICE_UNAVAILABLE',
      message: /the service has heard nothing of the meter lately$/,
    });
    await close();
  });
});
