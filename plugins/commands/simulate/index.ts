import type { CliCommand, CommandContext } from '../../../core/index.ts';
import { requireSavable, save } from '../../shared/report/save.ts';
import { toCsv } from '../../shared/simulation/slots-csv.ts';
import { readRequest, USAGE } from './arguments.ts';
import { buildHouse } from './house.ts';
import { readInputs } from './inputs.ts';
import { toPage } from './report/page.ts';
import { toResult } from './result.ts';
import { type Run, run } from './run.ts';
import { toTable } from './table.ts';

/** `evcc simulate`: the real runtime on measured series. */
const simulate: CliCommand = {
  name: 'simulate',
  summary: 'runs the house on measured series and shows what it cost',
  usage: USAGE,
  async run(args, context) {
    const request = readRequest(args);
    if (typeof request === 'string') {
      context.complain(`${request}\nevcc simulate --help explains the options.`);
      return WRONG_USE;
    }
    const inputs = await readInputs(request, context);
    const house = await buildHouse(request, inputs, context);
    await requireSavable([request.csv, request.report], context);
    say(inputs.leftOut, house.omitted, context);
    const done = await run(inputs, house, context);
    if (!done) {
      context.complain('stopped before the end');
      return STOPPED;
    }
    const result = toResult(request, inputs, house, done, context);
    if (request.csv !== undefined) await save(request.csv, toCsv(done.recorder.slots, context.time), context);
    if (request.report !== undefined) await save(request.report, toPage(result, done, context), context);
    if (request.json) context.print(JSON.stringify(result, undefined, 2));
    else for (const line of toTable(result)) context.print(line);
    warn(done, context);
    return DONE;
  },
};

export default simulate;

/** Exit codes */
const DONE = 0;
const WRONG_USE = 2;
const STOPPED = 3;

function say(leftOut: number, omitted: readonly string[], { complain }: CommandContext): void {
  if (leftOut > 0) complain(`${leftOut} sessions are not wholly within the simulated time and were left out`);
  if (omitted.length > 0) complain(`not simulated: ${omitted.join(', ')}`);
}

function warn({ warnings, warningCount }: Run, { complain }: CommandContext): void {
  for (const warning of warnings) complain(`warning: ${warning}`);
  if (warningCount > warnings.length) complain(`and ${warningCount - warnings.length} more; --log warn shows all`);
}
