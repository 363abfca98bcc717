import type { CliCommand, CommandContext, LoadedPlugin } from '../../../core/index.ts';
import type { MessagingService, MessagingTrial } from '../../shared/messaging-service.ts';
import { readRequest, USAGE } from './arguments.ts';

/** `evcc message`: tries out who is told what, without the house. */
const message: CliCommand = {
  name: 'message',
  summary: 'sends a test message to everybody that the house tells things',
  usage: USAGE,
  async run(args, context) {
    const request = readRequest(args);
    if (typeof request === 'string') {
      context.complain(`${request}\nevcc message --help explains the options.`);
      return WRONG_USE;
    }
    const trials = await tried(request.event, context);
    for (const { service, problem } of trials) {
      if (problem === undefined) context.print(`${service}: sent`);
      else context.complain(`${service}: not sent: ${problem}`);
    }
    return trials.some(({ problem }) => problem !== undefined) ? FAILED : DONE;
  },
};

export default message;

/** Exit codes */
const DONE = 0;
const WRONG_USE = 2;
const FAILED = 3;

/** A house has at least a meter. */
const SMALLEST = {
  meters: { grid: { type: 'custom', power: { source: 'constant', value: 0 } } },
  site: { meters: { grid: 'grid' } },
  rest: false,
} as const;

/** Makes a house of nothing but the messages, and has it send one. */
async function tried(event: string | undefined, context: CommandContext): Promise<readonly MessagingTrial[]> {
  const { config, directory, file } = await context.loadConfig();
  const messaging = (config as Readonly<Record<string, unknown>> | null)?.messaging;
  if (messaging === undefined || messaging === false) {
    return context.fail('EVCC_CONFIG_INVALID', `${file} names nobody under messaging`);
  }
  let service: MessagingService | undefined;
  const visitor: LoadedPlugin = {
    name: 'message',
    apply: ({ services }) =>
      services.use('messaging', (offered) => {
        service = offered;
      }),
  };
  const runtime = await context.createRuntime({
    config: { ...SMALLEST, messaging },
    plugins: [visitor],
    directory,
    store: context.createMemoryStore(),
  });
  try {
    await runtime.prepare();
    return (await service?.try(event)) ?? context.fail('EVCC_PLUGIN_FAILED', 'there is nobody to tell');
  } finally {
    await runtime.stop();
  }
}
