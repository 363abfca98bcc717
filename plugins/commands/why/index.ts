import type { CliCommand, CommandContext } from '../../../core/index.ts';
import { addressOf, givenToken } from '../../shared/own-house.ts';
import { type Request, readRequest, USAGE } from './arguments.ts';
import { type House, houseAt, type Told } from './house.ts';
import { explain, summarize } from './text.ts';

/** `evcc why`: the running house explains itself. */
const why: CliCommand = {
  name: 'why',
  summary: 'asks the running house why its loadpoints charge as they do',
  usage: USAGE,
  async run(args, context) {
    const request = readRequest(args);
    if (typeof request === 'string') return wrong(`${request}\nevcc why --help explains the options.`, context);
    const { url } = request;
    const house = houseAt(url === undefined ? await addressOf(context) : { url, token: givenToken(context) }, context);
    const records = await find(request, house);
    if (typeof records === 'string') return wrong(records, context);
    const answers = await Promise.all(
      records.map(async (record) => ({
        ...record,
        ...(request.history > 0 && { history: await house.changes(record.loadpoint, request.history) }),
      })),
    );
    if (request.json) context.print(JSON.stringify(answers, undefined, 2));
    else for (const [index, answer] of answers.entries()) show(answer, index, context);
    return DONE;
  },
};

export default why;

/** Exit codes */
const DONE = 0;
const WRONG_USE = 2;

function wrong(text: string, { complain }: CommandContext): number {
  complain(text);
  return WRONG_USE;
}

/** The decisions that were asked for; a text says why there are none. */
async function find({ loadpoint }: Request, house: House): Promise<readonly Told[] | string> {
  if (loadpoint !== undefined && /^[1-9]\d{0,5}$/.test(loadpoint)) {
    const record = await house.decision(Number(loadpoint));
    if (record) return [record];
  }
  const all: Told[] = [];
  for (let record = await house.decision(1); record; record = await house.decision(all.length + 1)) all.push(record);
  if (all.length === 0) return 'the house has no loadpoint, or its first cycle is not over yet';
  if (loadpoint === undefined) return all;
  const same = (text: string): boolean => text.toLowerCase() === loadpoint.toLowerCase();
  const found = all.filter(({ name, title }) => same(name) || same(title));
  if (found.length > 0) return found;
  const known = all.map((record) => `${record.loadpoint} ${record.title} (${record.name})`);
  return `there is no loadpoint "${loadpoint}"; there are ${known.join(', ')}`;
}

function show(
  answer: Told & { readonly history?: readonly Told[] },
  index: number,
  { print, time }: CommandContext,
): void {
  if (index > 0) print('');
  for (const line of explain(answer, time)) print(line);
  if (!answer.history) return;
  print('  before');
  for (const record of answer.history) print(`  ${summarize(record, time)}`);
}
