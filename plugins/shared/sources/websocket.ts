import type { DeviceContext } from '../../../core/index.ts';
import { openWebSocket, type WebSocketLink } from '../websocket.ts';
import { parsePath, pick } from './json-path.ts';
import type { CustomValue, CustomWebSocket, CustomWebSocketSource } from './options.ts';

/** A connection that several sources and targets of one device share. */
export interface Socket {
  readonly link: WebSocketLink;
  /** A connection stands. */
  stands(): boolean;
  /** Calls `listen` with every message, and with `undefined` when the connection is lost. */
  listen(listen: (text: string | undefined) => void): void;
}

export interface WebSocketPort extends Pick<DeviceContext, 'clock' | 'fail'> {
  /** The device's connection to a server */
  socket(server: CustomWebSocket): Socket;
  /** ms, age at which a message is too old, unless a source says otherwise; 0: never */
  readonly messageTimeout: number;
}

/** Connects, and sends `send` whenever a connection stands. */
export function openSocket(
  { url, headers, insecure, send }: CustomWebSocket,
  runtime: Pick<DeviceContext, 'clock' | 'fail'>,
): Socket {
  const listeners: ((text: string | undefined) => void)[] = [];
  const tell = (text: string | undefined): void => {
    for (const listener of listeners) listener(text);
  };
  let standing = false;
  const hello = send === undefined ? [] : Array.isArray(send) ? send : [send];
  const link: WebSocketLink = openWebSocket(
    { url, ...(headers && { headers }), ...(insecure && { insecure }) },
    {
      opened: () => {
        standing = true;
        for (const text of hello) link.send(typeof text === 'string' ? text : JSON.stringify(text));
      },
      message: tell,
      lost: () => {
        standing = false;
        tell(undefined);
      },
    },
    runtime,
  );
  return { link, stands: () => standing, listen: (listener) => void listeners.push(listener) };
}

/** The last message that has what the source asks for: servers send messages of many kinds. */
export function readSocket(
  source: CustomWebSocketSource,
  port: WebSocketPort,
): (signal: AbortSignal) => Promise<string> {
  const { link, listen } = port.socket(source);
  const timeout = source.timeout === undefined ? port.messageTimeout : source.timeout * 1_000;
  const fits = filterOf(source);
  let last: { readonly text: string; readonly at: number } | undefined;
  listen((text) => {
    if (text === undefined) last = undefined;
    else if (fits(text)) last = { text, at: port.clock.now() };
  });
  return async (signal) => {
    const { text, at } = await link.wait(() => last, 'message with the value', signal);
    const age = port.clock.now() - at;
    if (timeout > 0 && age > timeout) {
      const silence = `has not sent the value for ${Math.round(age / 1_000)} s (timeout ${timeout / 1_000} s)`;
      port.fail('EVCC_DEVICE_UNAVAILABLE', `${link.name} ${silence}`);
    }
    return text;
  };
}

export function writeSocket(
  server: CustomWebSocket,
  payload: string,
  port: WebSocketPort,
): (value: CustomValue, signal: AbortSignal) => Promise<void> {
  const { link, stands } = port.socket(server);
  return async (value, signal) => {
    await link.wait(() => stands() || undefined, 'connection', signal);
    link.send(payload.replaceAll('{value}', () => String(value)));
  };
}

function filterOf({ path, where = {} }: CustomWebSocketSource): (text: string) => boolean {
  const conditions = Object.entries(where).map(([at, value]) => [parsePath(at), String(value)] as const);
  const wanted = path === undefined ? undefined : parsePath(path);
  if (!wanted && conditions.length === 0) return () => true;
  return (text) => {
    let data: unknown;
    try {
      data = JSON.parse(text);
    } catch {
      return false;
    }
    const meets = conditions.every(([at, value]) => {
      const found = pick(data, at);
      return 'value' in found && String(found.value) === value;
    });
    return meets && (!wanted || 'value' in pick(data, wanted));
  };
}
