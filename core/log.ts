import { type DestinationStream, type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino';
import { prettyFactory } from 'pino-pretty';
import { type Clock, formatTime } from './clock.ts';
import { hide } from './config/secrets.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * `info`: a person would want to know. `debug`: enough to explain a decision. `warn` and `error`: the first failure and
 * the recovery, nothing in between. Messages carry no secrets.
 */
export interface Logger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  /** `error` adds its stack; use it for programming errors only. */
  error(message: string, error?: unknown): void;
  /** A logger of its own area, whose level can be set separately. */
  child(area: string): Logger;
}

/** One line of the log, as observers (web page, tests) see it. */
export interface LogEntry {
  readonly level: Exclude<LogLevel, 'silent'>;
  readonly area: string;
  readonly message: string;
}

export interface LogOptions {
  readonly level?: LogLevel;
  /** Level of single areas, e.g. `{ mqtt: 'debug' }`. */
  readonly levels?: Readonly<Record<string, LogLevel>>;
  /** Where lines go */
  readonly destination: DestinationStream;
  /** Lines for people are coloured. */
  readonly colors?: boolean;
  /** `text` for people, `json` for log collectors. */
  readonly format?: 'text' | 'json';
  /** Texts that are masked wherever they stand; may grow while the log is in use. */
  readonly secrets?: ReadonlySet<string>;
  /** Tells the time of lines, which have a date then; absent: the real time. */
  readonly clock?: Pick<Clock, 'now'>;
  /** Called for every line that is written. */
  readonly observe?: (entry: LogEntry) => void;
}

export function createLogger(options: LogOptions): Logger {
  const { clock, destination: sink } = options;
  const pretty = prettyFactory({
    colorize: options.colors === true,
    messageFormat: '[{area}] {msg}',
    translateTime: clock ? "UTC:yyyy-mm-dd'T'HH:MM:ss'Z'" : 'SYS:HH:MM:ss',
    ignore: 'pid,hostname,area',
  });
  const stream = options.format === 'json' ? sink : { write: (line: string) => sink.write(pretty(line)) };
  const root = pino(
    {
      level: 'debug',
      base: null,
      timestamp: clock ? () => `,"time":"${formatTime(clock.now())}"` : stdTimeFunctions.isoTime,
    },
    stream,
  );
  return area(root, 'evcc', options);
}

function area(parent: PinoLogger, name: string, options: LogOptions): Logger {
  const { level = 'info', levels = {} } = options;
  const sink = parent.child({ area: name }, { level: (Object.hasOwn(levels, name) && levels[name]) || level });
  const write = (level: LogEntry['level'], message: string, error?: unknown): void => {
    if (!sink.isLevelEnabled(level)) return;
    const text = options.secrets ? hide(message, options.secrets) : message;
    if (error instanceof Error) sink[level](`${text}\n${hide(error.stack ?? error.message, options.secrets ?? [])}`);
    else sink[level](text);
    options.observe?.({ level, area: name, message: text });
  };
  return {
    debug: (message) => write('debug', message),
    info: (message) => write('info', message),
    warn: (message) => write('warn', message),
    error: (message, error) => write('error', message, error),
    child: (child) => area(parent, child, options),
  };
}

/** Reads `info,mqtt:debug` (a general level and levels of areas); a text that is none gives the list of what is allowed. */
export function parseLogLevels(text: string): Pick<LogOptions, 'level' | 'levels'> | string {
  const levels: Record<string, LogLevel> = {};
  let level: LogLevel = 'info';
  for (const part of text.split(',')) {
    const [first = '', second, ...more] = part.trim().split(':');
    const value = more.length > 0 ? part : (second ?? first);
    if (!isLogLevel(value)) return `"${value}" is no log level: use one of ${LOG_LEVELS.join(', ')}`;
    if (second === undefined) level = value;
    else levels[first] = value;
  }
  return { level, levels };
}

function isLogLevel(text: string): text is LogLevel {
  return (LOG_LEVELS as readonly string[]).includes(text);
}

/** Drops every line. */
export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLogger,
};
