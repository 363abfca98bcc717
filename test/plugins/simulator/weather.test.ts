import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import { clearSky, sky, type WeatherOptions } from '../../../plugins/simulator/weather.ts';

const place: WeatherOptions = { seed: 1, latitude: 50, longitude: 8, clouds: 0, tilt: 30 };
const at = (text: string) => Date.parse(text);
const day = (date: string, options: Partial<WeatherOptions> = {}) => {
  const source = sky({ ...place, ...options });
  let energy = 0;
  for (let minute = 0; minute < 1_440; minute += 1)
    energy += source.power(at(`${date}T00:00:00Z`) + minute * 60_000) / 60;
  return energy;
};

test('the sun is highest at solar noon and does not shine at night', () => {
  // 8° east: the sun is in the south 32 minutes before noon in UTC.
  assert.ok(clearSky(at('2025-06-21T11:28:00Z'), place) > clearSky(at('2025-06-21T12:28:00Z'), place));
  assert.ok(clearSky(at('2025-06-21T11:28:00Z'), place) > clearSky(at('2025-06-21T10:28:00Z'), place));
  assert.equal(clearSky(at('2025-06-21T23:30:00Z'), place), 0);
  assert.equal(clearSky(at('2025-12-21T16:30:00Z'), place), 0);
});

test('a clear day yields as much as systems of this place do', () => {
  const summer = day('2025-06-21');
  const winter = day('2025-12-21');
  assert.ok(summer > 6 && summer < 8.5, `${summer} kWh/kWp`);
  assert.ok(winter > 1 && winter < 3, `${winter} kWh/kWp`);
});

test('summer is in December on the southern half', () => {
  assert.ok(day('2025-12-21', { latitude: -35 }) > day('2025-06-21', { latitude: -35 }));
});

test('clouds take some of the light, and an overcast sky most of it', () => {
  const days = ['2025-06-01', '2025-06-05', '2025-06-09', '2025-06-13', '2025-06-17', '2025-06-21'];
  const yields = [0, 0.4, 1].map((clouds) => days.reduce((sum, date) => sum + day(date, { clouds }), 0));
  const [clear = 0, mixed = 0, overcast = 0] = yields;
  assert.ok(mixed < 0.9 * clear && mixed > 0.4 * clear, yields.join(' '));
  assert.ok(overcast < 0.5 * clear && overcast > 0.1 * clear, yields.join(' '));
});

test('at no time and place is the light negative or beyond what panels give', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 4e12 }),
      fc.double({ min: -90, max: 90, noNaN: true }),
      fc.double({ min: -180, max: 180, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 0, max: 90 }),
      (now, latitude, longitude, clouds, tilt) => {
        const source = sky({ seed: 3, latitude, longitude, clouds, tilt });
        const light = source.power(now);
        assert.ok(light >= 0 && light < 1.2, `${light}`);
        assert.ok(source.until(now) > now);
        assert.equal(source.power(source.until(now) - 1), light);
      },
    ),
  );
});
