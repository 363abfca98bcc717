/** A line of the server's log, as `GET /api/system/log` answers it. */
export interface LogLine {
  readonly area: string;
  readonly level: 'warn' | 'error';
  /** Local time of the house */
  readonly time: string;
  readonly message: string;
}

/** `[site  ] WARN 2025/06/15 14:00:00 what happened`; what is written otherwise is a message as a whole. */
export function lineOf(text: string): LogLine {
  const [, area, level, time, message] = /^\[([^\]]*?)\s*\] (WARN|ERROR) (\S+ \S+) ([\s\S]*)$/.exec(text) ?? [];
  if (area === undefined || time === undefined || message === undefined) {
    return { area: '', level: 'warn', time: '', message: text };
  }
  return { area, level: level === 'ERROR' ? 'error' : 'warn', time, message };
}
