import { benchHouse } from './fake-house.ts';
import { type Figure, figure, median } from './report.ts';

/** From a REST request to the call at the charger. */
export async function commandFigures(): Promise<Figure[]> {
  const house = await benchHouse(1, undefined, { rest: { port: 17_071, host: '127.0.0.1' }, interval: 3_600 });
  await house.runtime.start();
  const times: number[] = [];
  for (let run = 0; run < 21; run += 1) {
    // Early cycles keep a distance, which a person at a switch does too.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const current = 12 + (run % 2);
    const written = new Promise<void>((resolve) => {
      house.onCurrent = () => resolve();
    });
    if (run === 0) await post('mode/now');
    const started = performance.now();
    await post(`maxcurrent/${current}`);
    await written;
    if (run > 0) times.push(performance.now() - started);
  }
  await house.runtime.stop();
  return [figure('REST POST to charger call, median', median(times), 'ms', 50, 'lower')];
}

async function post(path: string): Promise<void> {
  const response = await fetch(`http://127.0.0.1:17071/api/loadpoints/1/${path}`, { method: 'POST' });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
}
