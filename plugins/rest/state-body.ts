import type { StateReader } from '../../core/index.ts';
import type { Dialect } from './dialect.ts';

/** The answer to `GET /api/state`. */
export interface StateBody {
  readonly bytes: Buffer;
  /** Changes with the bytes */
  readonly etag: string;
  /** The state alone, as JSON text */
  bare(): string;
}

/** Builds the answer once per version of the state; `epoch` tells apart the versions of one process from another's. */
export function createStateBody(state: StateReader, dialect: Dialect, epoch: number): () => StateBody {
  let version: number | undefined;
  let body: StateBody | undefined;
  return () => {
    const present = state.version;
    if (!body || version !== present) {
      version = present;
      const values = dialect.state(state);
      let text: string | undefined;
      body = {
        bytes: Buffer.from(dialect.success(values)),
        etag: `W/"${epoch.toString(36)}-${present}"`,
        bare() {
          text ??= JSON.stringify(values);
          return text;
        },
      };
    }
    return body;
  };
}
