import type { Draft, Fields } from './draft.ts';
import { compileJq } from './jq.ts';
import type { Section } from './section.ts';

/** What is taken out of a text: first by a regular expression, then by jq. */
export function extracted(section: Section, base: Fields, draft: Draft): Fields | undefined {
  const regex = section.text('regex');
  const jq = section.text('jq');
  for (const key of ['unpack', 'decode', 'quote', 'default']) {
    if (!section.has(key) || section.get(key)?.value === false) continue;
    draft.lost(section.path, section.line, `${key} has no counterpart, so that this value would be another one`);
    return undefined;
  }
  if (regex === undefined && jq === undefined) return base;
  const compiled = jq === undefined ? undefined : compileJq(jq);
  if (jq !== undefined && !compiled) {
    draft.lost(
      section.path,
      section.line,
      'jq is too complex to be turned into a path or JavaScript; write it as source "javascript"',
    );
    return undefined;
  }
  if (regex === undefined && compiled && 'path' in compiled)
    return compiled.path === '' ? base : { ...base, path: compiled.path };
  const lines: string[] = [];
  if (regex !== undefined) {
    const [, flags = '', pattern = regex] = /^\(\?([ims]+)\)([\s\S]*)$/.exec(regex) ?? [];
    if (!isRegex(pattern, flags)) {
      draft.lost(section.path, section.line, 'regex is no regular expression of JavaScript');
      return undefined;
    }
    lines.push(`const found = new RegExp(${JSON.stringify(pattern)}, '${flags}').exec(String(answer));`);
  }
  const text = regex === undefined ? 'answer' : 'found ? (found[1] ?? found[0]) : undefined';
  if (!compiled) lines.push(`${text};`);
  else {
    if (regex !== undefined) lines.push(`const text = ${text};`);
    const parsed = regex === undefined ? 'JSON.parse(answer)' : 'text === undefined ? undefined : JSON.parse(text)';
    lines.push(
      `const input = ${parsed};`,
      `${'code' in compiled ? compiled.code : `input${pathCode(compiled.path)}`};`,
    );
  }
  draft.choice(
    section.path,
    section.line,
    `${[regex && 'regex', jq && 'jq'].filter(Boolean).join(' and ')} became JavaScript`,
  );
  return { source: 'javascript', values: { answer: base }, code: lines.join('\n') };
}

const pathCode = (path: string): string =>
  [...path.matchAll(/([^.[\]"]+)|\[(\d+)\]|\["([^"]+)"\]/g)]
    .map(([, key, index, quoted]) => (index === undefined ? `?.[${JSON.stringify(key ?? quoted)}]` : `?.[${index}]`))
    .join('');

function isRegex(pattern: string, flags: string): boolean {
  try {
    new RegExp(pattern, flags);
    return true;
  } catch {
    return false;
  }
}
