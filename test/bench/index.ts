import { parseArgs } from 'node:util';
import { commandFigures } from './command.ts';
import { cycleFigures } from './cycle.ts';
import { importFigures } from './imports.ts';
import { modbusFigures } from './modbus.ts';
import { ocppFigures } from './ocpp.ts';
import { optimizerFigures } from './optimizer.ts';
import { pageFigures } from './page.ts';
import { planFigures } from './plan.ts';
import { processFigures } from './process.ts';
import { replayFigures } from './replay.ts';
import { print } from './report.ts';
import { sessionFigures } from './sessions.ts';
import { simulationFigures } from './simulation.ts';
import { surfaceFigures } from './surfaces.ts';

/** `npm run bench [-- --minutes N]`: measures what the project promises and prints it; N is the run for each memory figure. */
const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } });
const cycle = await cycleFigures();
const plan = planFigures();
const optimizer = optimizerFigures();
const simulation = simulationFigures();
const replay = await replayFigures();
const command = await commandFigures();
const sessions = await sessionFigures();
const surfaces = await surfaceFigures();
const modbus = await modbusFigures();
const ocpp = await ocppFigures();
const imports = await importFigures();
const page = await pageFigures(Number(values.minutes));
const figures = [
  ...cycle,
  ...plan,
  ...optimizer,
  ...simulation,
  ...replay,
  ...command,
  ...sessions,
  ...surfaces,
  ...modbus,
  ...ocpp,
  ...imports,
  ...page,
  ...(await processFigures(Number(values.minutes))),
];
print(figures);
process.exitCode = figures.every((figure) => figure.met) ? 0 : 1;
