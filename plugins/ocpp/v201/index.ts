import type { Dialect } from '../dialect.ts';
import { handle201 } from './calls.ts';
import { commands201 } from './commands.ts';

/** OCPP 2.0.1 */
export const V201: Dialect = { version: '2.0.1', handle: handle201, commands: commands201 };
