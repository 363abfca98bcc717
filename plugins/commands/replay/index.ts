import type { CliCommand, CommandContext } from '../../../core/index.ts';
import { requireSavable, save } from '../../shared/report/save.ts';
import { toCsv } from '../../shared/simulation/slots-csv.ts';
import { decideAllAgain, describe } from './again.ts';
import { type Request, readRequest, USAGE } from './arguments.ts';
import { readHistory } from './other/history.ts';
import { toPage } from './other/page.ts';
import { compareHouses } from './other/result.ts';
import { runOther } from './other/run.ts';
import { toTable } from './other/table.ts';

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
    return await (context.options.config === undefined ? again : other)(request, context);
  },
};

export default replay;

async function other({ files, json, csv, report }: Request, context: CommandContext): Promise<number> {
  await requireSavable([csv, report], context);
  const history = await readHistory(files, context);
  const run = history && (await runOther(history, context));
  if (!run) {
    context.complain('stopped before the end');
    return STOPPED;
  }
  const result = compareHouses(files, history, run, context);
  if (csv !== undefined) await save(csv, toCsv(run.model.slots, context.time), context);
  if (report !== undefined) await save(report, toPage(result, run, context), context);
  if (json) context.print(JSON.stringify(result, undefined, 2));
  else for (const line of toTable(result, context.time)) context.print(line);
  for (const note of result.notes) context.complain(`note: ${note}`);
  return SAME;
}

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
  else for (const line of describe(outcome, context.time)) context.print(line);
  for (const note of outcome.notes) context.complain(`note: ${note}`);
  return outcome.first ? DIFFERENT : SAME;
}
