import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The editor's TypeScript: the compiler for problems, its language server for completion. */

const COMPILER = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));

/** What the compiler says of files, one text per problem: `evcc.config.ts(5): …`. Empty: nothing is wrong. */
export async function problemsOf(folder: string, files: readonly string[]): Promise<string[]> {
  const output = await new Promise<string>((resolve) => {
    const options = [
      '--noEmit',
      '--strict',
      '--exactOptionalPropertyTypes',
      '--noUnusedLocals',
      '--allowImportingTsExtensions',
    ];
    const args = [COMPILER, ...options, '--skipLibCheck', '--pretty', 'false', ...files];
    execFile(process.execPath, args, { cwd: folder }, (_, stdout, stderr) => resolve(stdout + stderr));
  });
  // What goes on in an indented line explains the line before.
  return output
    .replaceAll(/\n\s+/g, ' ')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/\((\d+),\d+\): error TS\d+/, '($1)'));
}

/** A language server with one folder open. Speaks LSP 3.17 over standard input and output. */
export class Editor {
  readonly #folder: string;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (message: Message) => void>();
  #buffer = Buffer.alloc(0);
  #last = 0;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#child = spawn(process.execPath, [COMPILER, '--lsp', '--stdio'], {
      cwd: folder,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.#child.stdout?.on('data', (data: Buffer) => this.#receive(data));
  }

  static async open(folder: string): Promise<Editor> {
    const editor = new Editor(folder);
    const rootUri = pathToFileURL(folder).href;
    await editor.#ask('initialize', { processId: process.pid, rootUri, capabilities: {} });
    editor.#send({ method: 'initialized', params: {} });
    return editor;
  }

  /** The names that are offered where `|` stands in a text, as if it were in a file of this name. */
  async complete(file: string, text: string): Promise<string[]> {
    const before = text.slice(0, text.indexOf('|')).split('\n');
    const uri = pathToFileURL(join(this.#folder, file)).href;
    const document = { uri, languageId: 'typescript', version: 1, text: text.replace('|', '') };
    this.#send({ method: 'textDocument/didOpen', params: { textDocument: document } });
    const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
    const result = await this.#ask('textDocument/completion', { textDocument: { uri }, position });
    this.#send({ method: 'textDocument/didClose', params: { textDocument: { uri } } });
    const items = (result as { items?: unknown } | null)?.items ?? result ?? [];
    return (items as { label: string }[]).map((item) => item.label.replace(/\?$/, ''));
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill();
    await ended;
  }

  #ask(method: string, params: object): Promise<unknown> {
    this.#last += 1;
    const id = this.#last;
    this.#send({ id, method, params });
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ result, error }) =>
        error ? reject(new Error(`${method}: ${error.message}`)) : resolve(result),
      );
    });
  }

  #send(message: object): void {
    const text = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.#child.stdin?.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  }

  #receive(data: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, data]);
    for (;;) {
      const end = this.#buffer.indexOf('\r\n\r\n');
      const length = Number(/Content-Length: (\d+)/i.exec(this.#buffer.subarray(0, Math.max(end, 0)).toString())?.[1]);
      if (end < 0 || this.#buffer.length < end + 4 + length) return;
      const message: Message = JSON.parse(this.#buffer.subarray(end + 4, end + 4 + length).toString());
      this.#buffer = this.#buffer.subarray(end + 4 + length);
      // What the server asks is answered with nothing: it goes on with what it would do by itself.
      if (message.method !== undefined && message.id !== undefined) this.#send({ id: message.id, result: null });
      else if (message.id !== undefined) this.#waiting.get(message.id)?.(message);
    }
  }
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}
