import { parseArgs } from 'node:util';
import type { CliCommand, CommandContext, PackageReport } from '../../../core/index.ts';
import { PROGRAM_OPTIONS } from '../../shared/command-line.ts';

const USAGE = `Checks a plugin package, as its author does before publishing and its user before trusting it.

Usage: evcc plugin check <package> [options]

PACKAGE is the name of an installed package, or a folder, such as . for the current one. It is imported and applied without a
house: does it define what its package.json names, is every option described, are secrets marked, is it made for this evcc, does
it leave timers behind? Then the contracts of its types are run against the simulated hardware that it brings as ./contract.

  --json              the report as JSON

Exit codes: 0 nothing to complain about, 3 something is wrong.

Examples:
  evcc plugin check evcc-acme
  evcc plugin check . --json

How to write a plugin: docs/writing-a-plugin.md`;

/** Exit codes */
const DONE = 0;
const WRONG_USE = 2;
const FAILED = 3;

/** ms that a case may take */
const PATIENCE = 60_000;

/** `evcc plugin check`: the contracts against a package. */
const plugin: CliCommand = {
  name: 'plugin',
  summary: 'checks a plugin package with the contracts of its types',
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
    const [what, specifier, ...others] = positionals;
    if (what !== 'check' || specifier === undefined || others.length > 0) {
      context.complain('evcc plugin check takes one package or folder\nevcc plugin --help explains the options.');
      return WRONG_USE;
    }
    const report = await context.inspectPackage(specifier);
    const say = values.json ? () => {} : context.print;
    say(`${report.name} ${report.version} in ${report.folder}`);
    say(`  defines ${report.types.join(', ') || 'no types'}`);
    const results = await runAll(report, context, say);
    const problems = [...report.problems, ...unproven(report)];
    const failed = results.filter(({ error }) => error !== undefined).length;
    if (values.json) context.print(JSON.stringify({ ...report, problems, contract: results }, null, 2));
    for (const problem of problems) say(`  problem: ${problem}`);
    say(`${results.length - failed} cases passed, ${failed} failed, ${problems.length} problems`);
    return failed + problems.length === 0 ? DONE : FAILED;
  },
};

export default plugin;

interface Result {
  readonly title: string;
  /** Absent: it passed */
  readonly error?: string;
}

async function runAll(
  { contract }: PackageReport,
  context: CommandContext,
  say: (line: string) => void,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const { title, run } of contract) {
    if (context.signal.aborted) break;
    const error = await inTime(run, context);
    results.push({ title, ...(error !== undefined && { error }) });
    say(error === undefined ? `  passed  ${title}` : `  FAILED  ${title}\n          ${error}`);
  }
  return results;
}

/** What went wrong; `undefined`: nothing. */
async function inTime(run: () => Promise<void>, { clock }: CommandContext): Promise<string | undefined> {
  const over = new AbortController();
  const late = clock.sleep(PATIENCE, over.signal).then(
    () => `it took longer than ${PATIENCE / 1_000} s`,
    () => undefined,
  );
  try {
    return await Promise.race([run().then(() => undefined), late]);
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ').trim();
  } finally {
    over.abort();
  }
}

/** Types whose contract nobody can run. */
function unproven({ types, contract }: PackageReport): string[] {
  return types
    .filter((type) => !contract.some(({ title }) => title.startsWith(`${type}:`)))
    .map((type) => `${type} brings no simulated hardware, so that its contract was not run`);
}
