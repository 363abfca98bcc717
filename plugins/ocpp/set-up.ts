import type { Clock, Logger } from '../../core/index.ts';
import type { Facts } from './dialect.ts';
import type { Link } from './link.ts';
import { messageOf } from './rpc.ts';
import type { Station } from './station.ts';

/** What stations are told after they connected, and again after each boot. */

/** ms in which a station that just connected says that it begins, if it does */
const BOOT_PAUSE = 5_000;

interface Context {
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Makes a connection ready for use, and again whenever the station begins anew. `asks`: it will not say by itself that it
 * begins. Never rejects.
 */
export function lead(station: Station, link: Link, asks: boolean, context: Context): void {
  if (link.led) return void link.announce();
  link.led = true;
  const follow = async (): Promise<void> => {
    await begun(station, link, asks, context);
    while (!link.signal.aborted) {
      const next = new AbortController();
      const booted = link.booted().then(() => next.abort(new Error('the station begins anew')));
      await prepare(station, link, AbortSignal.any([link.signal, next.signal]), context);
      await Promise.race([booted, ended(link.signal)]);
    }
  };
  follow().catch((error: unknown) => {
    if (!link.signal.aborted) context.log.error(`OCPP station ${station.id}: ${String(error)}`, error);
  });
}

/** Waits until the station says that it begins, asks it to if nobody knows it yet, and goes on without in the end. */
async function begun({ info }: Station, link: Link, asks: boolean, { clock }: Context): Promise<void> {
  const { signal, commands } = link;
  const booted = link.booted();
  const wait = async (): Promise<boolean> => {
    const over = new AbortController();
    const late = clock.sleep(BOOT_PAUSE, AbortSignal.any([signal, over.signal])).then(
      () => false,
      () => false,
    );
    const came = await Promise.race([booted.then(() => true), late]);
    over.abort();
    return came;
  };
  if (!asks && ((await wait()) || info || signal.aborted)) return;
  const asked = await commands.trigger('BootNotification').catch(() => false);
  if (asked) await wait();
}

async function prepare(station: Station, link: Link, signal: AbortSignal, context: Context): Promise<void> {
  const { log } = context;
  const { commands } = link;
  /** One step, which may fail without harm to the others. */
  const step = async (what: string, work: () => Promise<unknown>): Promise<void> => {
    if (signal.aborted) return;
    await work().catch((error: unknown) => {
      if (!signal.aborted) log.debug(`OCPP station ${station.id}: ${what}: ${messageOf(error)}`);
    });
  };
  let facts: Facts = {};
  await step('its configuration', async () => {
    facts = await commands.facts(signal);
  });
  if (signal.aborted) return;
  link.setFacts(facts);
  const { claimed } = station;
  for (const connector of claimed) {
    const { options } = connector.claim ?? {};
    connector.ownIdTag = facts.ownIdTag;
    if (options && facts.connectors !== undefined && options.connector > facts.connectors) {
      log.warn(`OCPP station ${station.id} has no connector ${options.connector}, only ${facts.connectors}`);
    }
    if (options?.phaseSwitching && facts.switchesPhases === false) {
      log.warn(`OCPP station ${station.id} says that it cannot switch phases`);
    }
    await station.insist(connector, signal);
  }
  for (const { id } of claimed) await step('its status', () => commands.trigger('StatusNotification', id));
  const closed = [station.connectors.get(0), ...claimed].some((connector) => connector?.status === 'Unavailable');
  if (closed) await step('its availability', () => commands.makeOperative(signal));
  const intervals = claimed.map(({ claim }) => claim?.options.meterInterval ?? Number.POSITIVE_INFINITY);
  await step('its meter', () => commands.meter(Math.min(...intervals), signal));
  for (const connector of claimed) {
    const { id } = connector;
    for (const limits of connector.others(facts))
      await step('limits of others', async () => {
        // A station may have removed more than it was asked to.
        if (await commands.clear(id, limits, signal)) await station.insist(connector, signal);
      });
    await step('its meter values', () => commands.trigger('MeterValues', id));
  }
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
