import type { Socket } from 'node:net';
import { cut, frame, IDS } from '../../../../plugins/meters/rct/protocol.ts';
import { startTcpServer } from '../../../helpers/tcp-server.ts';

export type RctFault = 'refuse' | 'hang' | 'garbage';

/** An inverter that answers for floats by id, in pieces and among frames that nobody asked for. */
export interface RctInverter {
  readonly port: number;
  readonly values: Map<number, number>;
  /** Ids that were asked for */
  readonly asked: number[];
  fail(fault: RctFault): Promise<void>;
  recover(): Promise<void>;
  connections(): number;
  opened(): number;
  close(): Promise<void>;
}

const answer = (id: number, value: number): Buffer => {
  const body = Buffer.alloc(10);
  body.writeUInt8(5, 0);
  body.writeUInt8(8, 1);
  body.writeUInt32BE(id, 2);
  body.writeFloatBE(value, 6);
  return frame(body);
};

export async function startInverter(): Promise<RctInverter> {
  const values = new Map<number, number>(Object.values(IDS).map((id) => [id, 0]));
  const asked: number[] = [];
  let fault: RctFault | undefined;

  const serve = (socket: Socket): void => {
    socket.setNoDelay(true);
    let bytes = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      // A question has the shape of an answer without data, but for its command.
      const marked = Buffer.from(bytes);
      for (let found = cut(marked); found; found = undefined) {
        const used = bytes.length - found.rest.length;
        const id = questionIn(bytes.subarray(0, used));
        bytes = bytes.subarray(used);
        if (id === undefined || fault === 'hang') continue;
        asked.push(id);
        const right = answer(id, values.get(id) ?? 0);
        if (fault === 'garbage') right[right.length - 1] = (right.at(-1) ?? 0) ^ 1;
        socket.write(Buffer.concat([Buffer.from('ff00', 'hex'), answer(0x12345678, 1), right.subarray(0, 3)]));
        setImmediate(() => socket.write(right.subarray(3)));
      }
    });
  };
  const server = await startTcpServer(serve);
  return {
    port: server.port,
    values,
    asked,
    fail: async (wanted) => {
      fault = wanted;
      if (wanted === 'refuse') await server.stop();
    },
    recover: async () => {
      fault = undefined;
      await server.listen();
    },
    connections: () => server.sockets.size,
    opened: server.opened,
    close: server.stop,
  };
}

/** The id that a question asks for, after its escapes are taken away. */
function questionIn(bytes: Buffer): number | undefined {
  const plain: number[] = [];
  for (let at = bytes.indexOf(0x2b) + 1; at < bytes.length; at += 1) {
    if (bytes[at] === 0x2d) at += 1;
    plain.push(bytes[at] ?? 0);
  }
  return plain[0] === 1 ? Buffer.from(plain).readUInt32BE(2) : undefined;
}
