import { posix, win32 } from 'node:path';

/** What the default place of the database depends on. */
export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Home folder of the user */
  readonly home: string;
}

/**
 * `evcc.db` in the folder for the data of the user's programs. Sources: XDG Base Directory Specification 0.8, section
 * "Environment variables" (a relative XDG_DATA_HOME is to be ignored); Apple File System Programming Guide, "macOS
 * Library Directory Details"; Windows known folder FOLDERID_LocalAppData.
 */
export function defaultFile({ platform, env, home }: Surroundings): string {
  if (platform === 'win32') {
    return win32.join(env.LOCALAPPDATA || win32.join(home, 'AppData', 'Local'), 'evcc', 'evcc.db');
  }
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', 'evcc', 'evcc.db');
  const data = env.XDG_DATA_HOME ?? '';
  return posix.join(posix.isAbsolute(data) ? data : posix.join(home, '.local', 'share'), 'evcc', 'evcc.db');
}
