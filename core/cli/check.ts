import { allEntries } from '../composition.ts';
import type { CommandContext } from './command.ts';
import { EXIT } from './exit.ts';
