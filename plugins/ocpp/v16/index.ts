import type { Dialect } from '../dialect.ts';
import { handle16 } from './calls.ts';
import { commands16 } from './commands.ts';

/** OCPP 1.6 with JSON */
export const V16: Dialect = { version: '1.6', handle: handle16, commands: commands16 };
