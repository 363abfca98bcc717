import type { DeviceContext } from '../../../core/index.ts';
import type { ModbusLink } from './pool.ts';
import { encode, type Register } from './registers.ts';

/**
 * Writes one value, of a single word with function 6 unless `multiple` asks for function 16. Errors: those of the link, and
 * `EVCC_NOT_SUPPORTED` for a value that the register does not take.
 */
export async function writeRegister(
  link: ModbusLink,
  register: Register & { readonly multiple?: boolean },
  value: number | string,
  { fail }: Pick<DeviceContext, 'fail'>,
  signal: AbortSignal,
): Promise<void> {
  const { address, multiple = false } = register;
  const result = encode(register, value);
  if ('problem' in result) {
    return fail('EVCC_NOT_SUPPORTED', `${link.name}, writing holding ${address}: ${result.problem}`);
  }
  const [first = 0] = result.words;
  if (multiple || result.words.length > 1) await link.writeRegisters(address, result.words, signal);
  else await link.writeRegister(address, first, signal);
}
