import { networkInterfaces } from 'node:os';
import { parseArgs } from 'node:util';
import type { CliCommand, CommandContext } from '../../../core/index.ts';
import { PROGRAM_OPTIONS } from '../../shared/command-line.ts';
import { detect, type Found, USUAL } from './probe.ts';
import { addressesOf, MOST, ownRanges } from './ranges.ts';

const USAGE = `Looks for devices on the local network.

Usage: evcc detect [range ...] [options]

RANGE is like 192.168.1.0/24, 192.168.1.20-192.168.1.40 or 192.168.1.7; without one it is the home network of this machine, 256
addresses around its own. At most ${MOST} addresses are looked at. Each is asked at a few ports (80, 443, 502, 1502, 8081) who it is;
nothing is changed, and nothing leaves the named range. Devices with a cloud, and those behind a serial line, are not found.

  --json              what was found as JSON, a line each

Examples:
  evcc detect
  evcc detect 192.168.178.20-192.168.178.60

Put what was found into evcc.config.ts and try it out with evcc device.`;

/** Exit codes */
const DONE = 0;
const WRONG_USE = 2;

/** `evcc detect`: which devices are there. */
const command: CliCommand = {
  name: 'detect',
  summary: 'looks for devices on the local network',
  usage: USAGE,
  async run(args, context) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        ...PROGRAM_OPTIONS,
      },
    });
    const ranges = positionals.length > 0 ? positionals : ownRanges(networkInterfaces());
    const hosts = addressesOf(ranges);
    if (typeof hosts === 'string' || hosts.length === 0) {
      const why = typeof hosts === 'string' ? hosts : 'this machine is in no home network: name a range';
      context.complain(`${why}\nevcc detect --help explains the options.`);
      return WRONG_USE;
    }
    await search(hosts, ranges, values.json, context);
    return DONE;
  },
};

export default command;

async function search(hosts: readonly string[], ranges: readonly string[], json: boolean, context: CommandContext) {
  if (!json) context.print(`Asking ${hosts.length} addresses (${ranges.join(', ')}) …`);
  let count = 0;
  await detect(hosts, context, USUAL, (device) => {
    count += 1;
    context.progress('\r');
    for (const line of json ? [JSON.stringify(device)] : described(device)) context.print(line);
  });
  if (!json) context.print(count === 0 ? 'Nothing was recognized.' : `${count} found.`);
}

/** For people, with what to write into the configuration. */
export function described({ kind, type, host, port, options = {}, title }: Found): string[] {
  const written = { type, host, ...(port !== undefined && { port }), ...options };
  const pairs = Object.entries(written).map(([key, value]) => `${key}: ${quoted(value)}`);
  return [`${host}: ${kind} ${type}${title ? `, ${title}` : ''}`, `  { ${pairs.join(', ')} }`];
}

const quoted = (value: unknown): string =>
  typeof value === 'string' ? `'${value.replaceAll("'", "\\'")}'` : JSON.stringify(value);
