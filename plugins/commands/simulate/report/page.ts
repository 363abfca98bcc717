import type { CommandContext } from '../../../../core/index.ts';
import type { Result } from '../result.ts';
import type { Run } from '../run.ts';

export function toPage(_result: Result, _run: Run, _context: CommandContext): string {
  return '';
}
