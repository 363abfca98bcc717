import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { Closable, ErrorCode } from '../../core/index.ts';

/** One assertion of a contract; give it to any test runner: `for (const c of cases) test(c.title, c.run)`. */
export interface ContractCase {
  readonly title: string;
  run(): Promise<void>;
}

/**
 * How simulated hardware can fail.
 * - `refuse`: it cannot be reached.
 * - `hang`: it takes the request and never answers.
 * - `garbage`: it answers with something that is not its protocol.
 * - `invalid`: it answers as usual, but the main value is none (NaN pattern, null, "unavailable").
 * - `auth`: it does not accept the credentials.
 */
export type Fault = 'refuse' | 'hang' | 'garbage' | 'invalid' | 'auth';

/** A device and the simulated hardware that it talks to, as one case needs them. */
export interface Peer<Device> {
  /** Created through its type's definition, connected to this hardware and to nothing else. */
  readonly device: Device;
  /** Faults that this hardware can have; absent: `refuse`, `hang` and `garbage` */
  readonly faults?: readonly Fault[];
  /** Passwords and tokens that the device was given: they must not appear in errors. */
  readonly secrets?: readonly string[];
  /** Lets the hardware fail from now on. */
  fail(fault: Fault): Promise<void> | void;
  /** Ends the fault. */
  recover(): Promise<void> | void;
  /** Connections that the device has open at the hardware; absent: not counted */
  connections?(): number;
  /** Ends the hardware. The contract closes the device itself. */
  close(): Promise<void> | void;
}

/** How long a working device may take for one answer, and an effect to be seen, ms */
export const PATIENCE = 5_000;
/** Deadline given to hanging hardware, ms */
const DEADLINE = 100;

/** A fresh signal with the deadline of a working device. */
export function inTime(): AbortSignal {
  return AbortSignal.timeout(PATIENCE);
}

/** Builds a case that sets up a peer of its own and closes device and hardware afterwards, whatever happens. */
export function caseOf<P extends Peer<Partial<Closable>>>(
  setup: () => Promise<P>,
  title: string,
  body: (peer: P) => Promise<void>,
): ContractCase {
  return {
    title,
    run: async () => {
      const peer = await setup();
      try {
        await body(peer);
      } finally {
        await peer.device.close?.();
        await peer.close();
      }
    },
  };
}

/** Repeats a check until it holds: effects may take a moment on their way through a broker or a slow device. */
export async function eventually<T>(check: () => Promise<T> | T): Promise<T> {
  const until = performance.now() + PATIENCE;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > until) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Cases that hold for devices of every kind; `call` asks the hardware for something. */
export function commonCases<P extends Peer<Partial<Closable>>>(
  kind: string,
  setup: () => Promise<P>,
  call: (peer: P, signal: AbortSignal) => Promise<unknown>,
): ContractCase[] {
  const codes: Record<Fault, readonly ErrorCode[]> = {
    refuse: ['EVCC_DEVICE_UNAVAILABLE'],
    hang: ['EVCC_DEVICE_UNAVAILABLE'],
    garbage: ['EVCC_DEVICE_PROTOCOL'],
    invalid: ['EVCC_DEVICE_PROTOCOL', 'EVCC_DEVICE_UNAVAILABLE'],
    auth: ['EVCC_DEVICE_AUTH'],
  };
  const says: Record<Fault, string> = {
    refuse: 'that cannot be reached',
    hang: 'that does not answer',
    garbage: 'that answers nonsense',
    invalid: 'without a valid value',
    auth: 'that refuses the credentials',
  };
  const faults = Object.keys(codes) as Fault[];
  return [
    ...faults.map((fault) =>
      caseOf(
        setup,
        `${kind}: hardware ${says[fault]} is an error with its code, and reading works again afterwards`,
        async (peer) => {
          if (!canFail(peer, fault)) return;
          await peer.fail(fault);
          await assertFails(
            peer,
            () => call(peer, AbortSignal.timeout(fault === 'hang' ? DEADLINE : PATIENCE)),
            codes[fault],
          );
          await peer.recover();
          await eventually(async () => void (await call(peer, inTime())));
        },
      ),
    ),
    caseOf(setup, `${kind}: an aborted signal ends a call at once`, async (peer) => {
      const fault = (['hang', 'refuse'] as const).find((each) => canFail(peer, each));
      if (!fault) return;
      await peer.fail(fault);
      const caller = new AbortController();
      const failed = assertFails(peer, () => call(peer, caller.signal), codes.hang);
      setTimeout(() => caller.abort(new Error('the caller lost patience')), DEADLINE / 2);
      await failed;
      await assertFails(peer, () => call(peer, AbortSignal.abort(new Error('aborted before'))), codes.hang);
    }),
    caseOf(setup, `${kind}: closing releases every connection`, async (peer) => {
      await call(peer, inTime());
      await peer.device.close?.();
      await eventually(() => assert.equal(peer.connections?.() ?? 0, 0, 'connections are still open after close'));
    }),
    caseOf(setup, `${kind}: closing a device that was never read is possible`, async (peer) => {
      await peer.device.close?.();
      await eventually(() => assert.equal(peer.connections?.() ?? 0, 0, 'connections are still open after close'));
    }),
  ];
}

export function canFail(peer: Peer<unknown>, fault: Fault): boolean {
  return (peer.faults ?? ['refuse', 'hang', 'garbage']).includes(fault);
}

/** A call rejects soon, with one of the codes or the reason of its signal, and without secrets. */
export async function assertFails(
  peer: Peer<unknown>,
  run: () => Promise<unknown>,
  codes: readonly ErrorCode[],
): Promise<void> {
  const begin = performance.now();
  const error = await run().then(
    () => assert.fail('the call should have failed'),
    (reason: unknown) => reason,
  );
  assert.ok(performance.now() - begin < PATIENCE, 'the call took longer than its signal allowed');
  assert.ok(error instanceof Error, 'what is thrown is an Error');
  const code = (error as { code?: unknown }).code;
  assert.ok(
    codes.some((allowed) => allowed === code),
    `the code should be ${codes.join(' or ')} (throw through context.fail), not ${String(code)}: ${error.message}`,
  );
  assert.ok(error.message.length > 0, 'an error says what happened');
  const shown = inspect(error, { depth: 6 });
  for (const secret of peer.secrets ?? []) assert.ok(!shown.includes(secret), 'an error shows a password or token');
}

/** A number as read is the one of the hardware, but for the resolution and rounding of real devices. */
export function assertNear(actual: number, expected: number, resolution: number, what: string): void {
  assert.ok(Number.isFinite(actual), `${what} should be a number, not ${actual}`);
  const tolerance = resolution + Math.abs(expected) * 0.01;
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what} should be ${expected}, not ${actual}`);
}

/** Compares what was read with what the hardware has: absent there means absent in the reading, never 0 or NaN. */
export function assertReading(reading: object, hardware: object, resolutions: Readonly<Record<string, number>>): void {
  const truth = hardware as Record<string, unknown>;
  for (const [field, value] of Object.entries(reading)) {
    if (value === undefined) continue;
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (Array.isArray(value)) assert.equal(value.length, 3, `${field} has one value per phase`);
    for (const [index, single] of values.entries()) {
      if (!(field in resolutions)) continue;
      assert.ok(
        typeof single === 'number' && Number.isFinite(single),
        `${field} should be a number, not ${String(single)}`,
      );
      if (truth[field] === undefined) continue;
      const expected = Array.isArray(truth[field]) ? truth[field][index] : truth[field];
      assertNear(single, Number(expected), resolutions[field] ?? 0, field);
    }
  }
}
