import type { CliCommand, CommandContext } from '../../../core/index.ts';
import { decideAllAgain, describe } from './again.ts';
import { type Request, readRequest, USAGE } from './arguments.ts';

/** `evcc replay`: the decisions of a recording again, or those that another configuration would have made. */
const replay: CliCommand = {
  name: 'replay',
  summary: 'decides a recording again, or shows what another configuration would have done',
  usage: USAGE,
  async run(args, context) {
    const request = readRequest(args, context.options.config !== undefined);
    if (typeof request === 'string') {
      context.complain(`${request}\nevcc replay --help explains the options.`);
      return WRONG_USE;
    }
    return await again(request, context);
  },
};

export default replay;

/** Exit codes */
const SAME = 0;
const DIFFERENT = 1;
const WRONG_USE = 2;
const STOPPED = 3;

async function again({ files, json }: Request, context: CommandContext): Promise<number> {
  const outcome = await decideAllAgain(files, context);
  if (!outcome) {
    context.complain('stopped before the end');
    return STOPPED;
  }
  if (json) context.print(JSON.stringify(outcome, undefined, 2));
  else for (const line of describe(outcome)) context.print(line);
  for (const note of outcome.notes) context.complain(`note: ${note}`);
  return outcome.first ? DIFFERENT : SAME;
}
