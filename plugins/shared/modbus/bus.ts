import type { Clock } from '../../../core/index.ts';
import { networkFailure } from '../network.ts';
import type { ModbusAddress } from './line.ts';
import { type ModbusClient, openWire, type Wire } from './wire.ts';

/** Why there is no answer, as a part of a sentence without address. */
export interface ModbusFailure {
  readonly code: 'EVCC_DEVICE_UNAVAILABLE' | 'EVCC_DEVICE_PROTOCOL';
  readonly text: string;
  /** What the device said instead of an answer; absent: there was none */
  readonly exception?: number;
}

export type ModbusOutcome<T> = { readonly value: T } | { readonly failure: ModbusFailure };

/** One question; `send` gets what takes the answer. */
export interface ModbusRequest<T> {
  /** Which device of the line is asked */
  readonly unit: number;
  /** ms that the answer may take */
  readonly timeout: number;
  /** ms of silence before it */
  readonly delay: number;
  /** ms of silence before it on a new connection */
  readonly connectDelay: number;
  send(client: ModbusClient, take: (error: unknown, answer: T) => void): void;
}

/** One line with one connection, on which questions take turns. */
export interface ModbusBus {
  /** Takes its turn. Given up when the signal is aborted, though the line stays busy until the device answered or was late. */
  ask<T>(request: ModbusRequest<T>, signal: AbortSignal): Promise<ModbusOutcome<T>>;
  close(): Promise<void>;
}

const SHORTEST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;
/** Answers of one unit that may be late, while no other one answers, until the connection counts as dead */
const MOST_TIMEOUTS = 3;

const unavailable = (text: string): ModbusFailure => ({ code: 'EVCC_DEVICE_UNAVAILABLE', text });
const wrong = (text: string): ModbusFailure => ({ code: 'EVCC_DEVICE_PROTOCOL', text });
const CLOSED = unavailable('the device was closed');
const LATE = unavailable('there was no answer in time');

export function createBus(address: ModbusAddress, clock: Clock): ModbusBus {
  return new Bus(address, clock);
}

class Bus implements ModbusBus {
  readonly #address: ModbusAddress;
  readonly #clock: Clock;
  readonly #closing = new AbortController();
  /** Ends when everything that was asked so far is answered */
  #turn: Promise<unknown> = Promise.resolve();
  #wire: Wire | undefined;
  /** Tells the question under way that the connection broke */
  #broken: (failure: ModbusFailure) => void = () => {};
  #answered = false;
  /** Answers that were late since the last one that was not, by unit */
  readonly #timeouts = new Map<number, number>();
  /** ms since the epoch of the last answer, and before which nothing may be sent */
  #last = 0;
  #quietUntil = 0;
  #stale = false;
  /** Why there is no connection, until when none is made, and how long that takes the next time */
  #failure: ModbusFailure = unavailable('there is no connection');
  #retryAt = 0;
  #pause = SHORTEST_PAUSE;

  constructor(address: ModbusAddress, clock: Clock) {
    this.#address = address;
    this.#clock = clock;
  }

  async ask<T>(request: ModbusRequest<T>, signal: AbortSignal): Promise<ModbusOutcome<T>> {
    if (this.#closing.signal.aborted) return { failure: CLOSED };
    if (signal.aborted) return { failure: unavailable('there was no time left to ask') };
    const { promise, resolve, reject } = Promise.withResolvers<ModbusOutcome<T>>();
    const abort = () => resolve({ failure: LATE });
    const close = () => resolve({ failure: CLOSED });
    signal.addEventListener('abort', abort, { once: true });
    this.#closing.signal.addEventListener('abort', close, { once: true });
    this.#turn = this.#turn
      .then(async () => {
        if (!signal.aborted && !this.#closing.signal.aborted) resolve(await this.#slot(request, signal));
      })
      .catch(reject);
    try {
      return await promise;
    } finally {
      signal.removeEventListener('abort', abort);
      this.#closing.signal.removeEventListener('abort', close);
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#broken(CLOSED);
    await this.#drop();
    await this.#turn;
    await this.#drop();
  }

  async #slot<T>(request: ModbusRequest<T>, signal: AbortSignal): Promise<ModbusOutcome<T>> {
    const fresh = !this.#wire;
    const wire = await this.#connected();
    if ('failure' in wire) return wire;
    if (fresh) this.#quietUntil = Math.max(this.#quietUntil, this.#clock.now() + request.connectDelay);
    await this.#silence(request.delay);
    // What waited too long may not be wanted any more: a command that is sent late is worse than none.
    if (signal.aborted || this.#closing.signal.aborted) return { failure: LATE };
    if (this.#stale) {
      this.#stale = false;
      try {
        await wire.renew();
      } catch (error) {
        await this.#lose(toFailure(error));
        return { failure: this.#failure };
      }
    }
    // It may have gone in the meantime.
    if (this.#wire !== wire) return { failure: this.#failure };
    const outcome = await this.#exchange(wire, request);
    this.#last = this.#clock.now();
    return outcome;
  }

  async #exchange<T>(wire: Wire, { unit, timeout, send }: ModbusRequest<T>): Promise<ModbusOutcome<T>> {
    const { promise, resolve } = Promise.withResolvers<ModbusOutcome<T> | 'late'>();
    const before = wire.received();
    this.#broken = (failure) => resolve({ failure });
    const cancel = this.#clock.after(timeout, () => resolve('late'));
    send(wire.client, (error, value) => resolve(error ? { failure: toFailure(error) } : { value }));
    const outcome = await promise;
    cancel();
    this.#broken = () => {};
    if (outcome === 'late') return { failure: await this.#late(wire, unit, timeout, wire.received() > before) };
    this.#timeouts.clear();
    if ('value' in outcome || outcome.failure instanceof Exception) {
      this.#answered = true;
      this.#pause = SHORTEST_PAUSE;
    } else if (this.#wire === wire) await this.#disturbed(timeout);
    return outcome;
  }

  /** After an answer that is missing: on a serial line it may still come, and would be taken for that of the next question. */
  async #late(wire: Wire, unit: number, timeout: number, heard: boolean): Promise<ModbusFailure> {
    this.#timeouts.set(unit, (this.#timeouts.get(unit) ?? 0) + 1);
    const failure = heard ? wrong('what it answers is no Modbus') : LATE;
    // Frames of TCP are numbered, so a late one is told apart; but what is no frame at all spoils those that follow.
    if (heard || this.#address.kind !== 'tcp') await this.#disturbed(timeout);
    if (this.#isDead() && this.#wire === wire) await this.#lose(failure);
    return failure;
  }

  /** One unit of a line may be switched off; a connection on which nobody answers is none. */
  #isDead(): boolean {
    return [...this.#timeouts.values()].some((count) => count >= MOST_TIMEOUTS);
  }

  async #disturbed(timeout: number): Promise<void> {
    if (this.#address.kind === 'tcp') return this.#drop();
    this.#stale = true;
    this.#quietUntil = this.#clock.now() + timeout;
  }

  async #silence(delay: number): Promise<void> {
    const wait = Math.max(this.#quietUntil, this.#last + delay) - this.#clock.now();
    // A clock that was set back does not make it wait for hours.
    if (wait > 0) await this.#clock.sleep(Math.min(wait, LONGEST_PAUSE * 2), this.#closing.signal).catch(() => {});
  }

  async #connected(): Promise<Wire | { readonly failure: ModbusFailure }> {
    if (this.#wire) return this.#wire;
    const left = this.#retryAt - this.#clock.now();
    if (left > 0 && left <= LONGEST_PAUSE) return { failure: this.#failure };
    try {
      const wire = await openWire(this.#address, this.#clock, this.#closing.signal, (error) => {
        if (this.#wire === wire) this.#lose(lossOf(error)).catch(() => {});
      });
      this.#wire = wire;
      this.#answered = false;
      this.#timeouts.clear();
      this.#stale = false;
      return wire;
    } catch (error) {
      await this.#lose(toFailure(error));
      return { failure: this.#failure };
    }
  }

  /** The connection is gone. One that was good for answers is made anew at once, any other one after a pause. */
  async #lose(failure: ModbusFailure): Promise<void> {
    this.#failure = failure;
    if (!this.#answered || this.#isDead()) {
      this.#retryAt = this.#clock.now() + this.#pause;
      this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
    }
    this.#answered = false;
    this.#broken(failure);
    await this.#drop();
  }

  async #drop(): Promise<void> {
    const wire = this.#wire;
    this.#wire = undefined;
    await wire?.close();
  }
}

/** The device understood the question and does not answer it. */
class Exception implements ModbusFailure {
  readonly code: ModbusFailure['code'];
  readonly text: string;
  readonly exception: number;

  constructor(number: number) {
    const known = EXCEPTIONS[number];
    this.exception = number;
    this.code = known?.code ?? 'EVCC_DEVICE_PROTOCOL';
    this.text = `${known?.text ?? 'the device refuses the request'} (Modbus exception ${number})`;
  }
}

const EXCEPTIONS: Readonly<Record<number, ModbusFailure>> = {
  1: wrong('the device does not know this function'),
  2: wrong('the device has no such register'),
  3: wrong('the device does not take this value or length'),
  4: unavailable('the device failed'),
  5: unavailable('the device needs more time'),
  6: unavailable('the device is busy'),
  8: unavailable('the device found an error in its memory'),
  10: unavailable('the gateway has no path to the device'),
  11: unavailable('the device behind the gateway does not answer'),
};

function lossOf(error: unknown): ModbusFailure {
  return error === undefined ? unavailable('the connection was lost') : networkFailure(error);
}

function toFailure(error: unknown): ModbusFailure {
  const { modbusCode, errno, message } = error as { modbusCode?: unknown; errno?: unknown; message?: unknown };
  if (typeof modbusCode === 'number') return new Exception(modbusCode);
  if (errno !== undefined) return networkFailure(error);
  if (typeof message !== 'string') return networkFailure(error);
  if (/CRC|length error|Unexpected data/.test(message)) return wrong(`the answer is damaged (${message})`);
  return /No such file|cannot open|Permission|Resource|Error:/i.test(message)
    ? unavailable(`the serial port cannot be used (${message})`)
    : networkFailure(error);
}
