import { parseArgs } from 'node:util';
import type { CliCommand } from '../../../core/index.ts';
import { PROGRAM_OPTIONS } from '../../shared/command-line.ts';
import { addressOf, ask, wrongAddress } from '../../shared/own-house.ts';

const USAGE = `Asks the running house whether its control cycles end in time, for containers and supervisors.

Usage: evcc health [options]

  --url URL           address of the house, e.g. http://192.168.1.10:7070; by default this machine at the port of the
                      configuration
  -c, --config FILE   configuration of the house

Exit codes: 0 healthy, 1 not healthy or not running.

Example, in a Dockerfile:
  HEALTHCHECK --interval=60s --start-period=60s CMD ["evcc", "health"]`;

/** Exit codes */
const HEALTHY = 0;
const NOT_HEALTHY = 1;
const WRONG_USE = 2;

/** ms that an answer may take: a machine that is busy is no house that is ill */
const DEADLINE = 10_000;

/** `evcc health`: exit code 0 while the house is healthy. */
const health: CliCommand = {
  name: 'health',
  summary: 'asks the running house whether it is healthy, for containers',
  usage: USAGE,
  async run(args, context) {
    const { url } = parseArgs({ args: [...args], options: { url: { type: 'string' }, ...PROGRAM_OPTIONS } }).values;
    const wrong = wrongAddress(url);
    if (wrong !== undefined) {
      context.complain(wrong);
      return WRONG_USE;
    }
    const address = url === undefined ? await addressOf(context) : { url };
    const problem = await ask(address, '/api/health', DEADLINE, context).then(
      ({ status }) => (status === 200 ? undefined : `the house at ${address.url} is not healthy (status ${status})`),
      ({ message }: Error) => `${message} at ${address.url}`,
    );
    if (problem === undefined) {
      context.print('OK');
      return HEALTHY;
    }
    context.complain(problem);
    return NOT_HEALTHY;
  },
};

export default health;
