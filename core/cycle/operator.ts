import type { ChargerDevice, MeterDevice } from '../devices.ts';
import { failureReporter } from '../loading/containment.ts';
import type { Logger } from '../log.ts';
import type { Equipment } from '../runtime/equipment.ts';
import type { OperatorLimits } from '../site.ts';

/** Tells the devices that can be dimmed or curtailed what the grid operator allows. */
export class OperatorWriter {
  readonly #log: Logger;
  readonly #told = new WeakMap<object, Told>();
  /** Somebody was told something since the start */
  #hasTold = false;

  constructor(log: Logger) {
    this.#log = log;
  }

  /**
   * Sends to each device what it was not told yet; what failed is sent again in the next cycle. While there is no word of the
   * operator nobody is told anything, except that what was told before is over. The promises never reject.
   */
  write(operator: OperatorLimits | undefined, equipment: Equipment): Promise<void>[] {
    if (operator === undefined && !this.#hasTold) return [];
    const { loadpoints, aux, ext, grid, pv } = equipment;
    const dimmed = operator?.consumption !== undefined;
    const percent = operator?.feedIn ?? 100;
    const concerned = ({ handle }: { readonly handle: Commandable }) =>
      operator !== undefined || this.#told.has(handle);
    const dimmable = [...loadpoints.map(({ charger: handle }) => ({ handle })), ...aux, ...ext];
    return [
      ...dimmable.filter(concerned).map(({ handle }) => this.#tell(handle, 'dim', dimmed)),
      ...[...(grid ? [grid] : []), ...pv].filter(concerned).map(({ handle }) => this.#tell(handle, 'curtail', percent)),
    ].filter((sent) => sent !== undefined);
  }

  #tell(handle: Commandable, ability: 'dim' | 'curtail', value: boolean | number): Promise<void> | undefined {
    if (typeof handle.device?.[ability] !== 'function') return undefined;
    const told: Told = this.#told.get(handle) ?? {
      busy: false,
      report: failureReporter(`telling ${handle.name} what the grid operator allows`, this.#log),
    };
    this.#told.set(handle, told);
    this.#hasTold = true;
    if (told.busy || told.value === value) return undefined;
    told.busy = true;
    const what = ability === 'curtail' ? `limiting feed-in to ${value} %` : value ? 'dimming' : 'ending the dimming';
    const send = async (device: Device, signal: AbortSignal): Promise<void> => {
      if (ability === 'curtail') await device.curtail?.(Number(value), signal);
      else await device.dim?.(value === true, signal);
    };
    return handle.command(what, send).then(
      () => {
        told.busy = false;
        told.value = value;
        told.report.worked();
      },
      (error: unknown) => {
        told.busy = false;
        // It may have arrived all the same.
        told.value = undefined;
        told.report.failed(error);
      },
    );
  }
}

type Device = Partial<Pick<ChargerDevice & MeterDevice, 'dim' | 'curtail'>>;

interface Commandable {
  readonly name: string;
  readonly device: Device | undefined;
  command(what: string, run: (device: Device, signal: AbortSignal) => Promise<void>): Promise<void>;
}

interface Told {
  /** What it was told last; absent: nothing, or what came of it is not known */
  value?: boolean | number | undefined;
  /** A command is under way. */
  busy: boolean;
  readonly report: ReturnType<typeof failureReporter>;
}
