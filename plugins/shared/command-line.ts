/** Options of every command, which the program has read already; `parseArgs` of a command must know them too. */
export const PROGRAM_OPTIONS: {
  readonly config: { readonly type: 'string'; readonly short: 'c' };
  readonly log: { readonly type: 'string'; readonly short: 'l' };
} = {
  config: { type: 'string', short: 'c' },
  log: { type: 'string', short: 'l' },
};
