/** A block of code on a page of `docs/`: its language, and the file that it is or is a part of. */
export interface Block {
  readonly language: string;
  /** Empty: none is named */
  readonly file: string;
  readonly code: string;
}

/** The blocks of a page: three backticks, the language, the file. */
export function codeBlocks(text: string): Block[] {
  return [...text.matchAll(/^```(\w+) ?(\S*)\n(.*?)^```$/gms)].map(([, language = '', file = '', code = '']) => ({
    language,
    file,
    code,
  }));
}

/** Whether a block shows a part of a file of the repository. */
export function isExcerpt({ file }: Block): boolean {
  return file.startsWith('examples/');
}

/** The TypeScript files that the page shows whole, by path. */
export function wholeFiles(blocks: readonly Block[]): Record<string, string> {
  const whole = blocks.filter((block) => block.language === 'ts' && !isExcerpt(block));
  return Object.fromEntries(whole.map(({ file, code }) => [file, code]));
}
