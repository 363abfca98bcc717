/** Files of environment variables, as node --env-file, systemd and shells read them alike. */

export interface Written {
  readonly text: string;
  /** Variables whose values no such file can hold */
  readonly left: readonly string[];
}

export function writeSecrets(secrets: ReadonlyMap<string, string>): Written {
  const lines: string[] = [];
  const left: string[] = [];
  for (const [name, value] of secrets) {
    if (/^[\w@%+=:,./-]+$/.test(value)) lines.push(`${name}=${value}`);
    else if (!/['\\\p{Cc}]/u.test(value)) lines.push(`${name}='${value}'`);
    else left.push(name);
  }
  return { text: lines.map((line) => `${line}\n`).join(''), left };
}
