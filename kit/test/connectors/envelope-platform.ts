import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sm2 } from 'sm-crypto-v2';
import { citizenCheckCharacter, sm3 } from '@yichuang/schema';
import { canonicalText } from '../../src/connectors/envelope/signing.js';
import { parseExactJson, type ExactJson } from '../../src/connectors/exact-json.js';

export type Request = Readonly<Record<string, string>> & { readonly input: { readonly data: Readonly<Record<string, ExactJson>> } };
export type Reply = Readonly<Record<string, unknown>>;
/** Answers a transaction by itself, or gives the members of a good answer that are different. */
export type Behaviour = (request: Request, response: ServerResponse) => Reply | 'ANSWERED';

/** A platform that says exactly what a test wants it to say, signed with its own key. */
export interface Platform {
  readonly url: string;
  readonly requests: readonly Request[];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly callerPublicKey: string;
  behave(behaviour: Behaviour): void;
  /** The answer as it would stand on the wire, signed as an answer to the request. */
  sign(request: Request, members: Reply): Reply;
  close(): Promise<void>;
}

const GOOD = {
  infcode: 0,
  inf_refmsgid: '990000202611010900000000000001',
  refmsg_time: '20261101090000000',
  respond_time: '20261101090000123',
  err_msg: '',
};
const numbered = (first17: string): string => first17 + citizenCheckCharacter(first17);
export const ONE = numbered('99000119900101001');
export const OTHER = numbered('99000119900202002');

export async function startPlatform(): Promise<Platform> {
  const caller = sm2.generateKeyPairHex();
  const own = sm2.generateKeyPairHex();
  const requests: Request[] = [];
  let behaviour: Behaviour = () => ({});
  let signIns = 0;

  const sign = (request: Request, members: Reply): Reply => {
    const answer = { ...GOOD, output: {}, ...members };
    // As the other side will read it from the wire.
    const { output = null, ...head } = parseExactJson(JSON.stringify(answer)) as Readonly<Record<string, ExactJson>>;
    const text = canonicalText({ ...head, msgid: request['msgid'] ?? '', output: sm3(canonicalText(output)) });
    return {
      ...answer,
      cainfo: sm2.doSignature(Uint8Array.from(Buffer.from(text)), own.privateKey, { hash: true, publicKey: own.publicKey }),
    };
  };
  const server = createServer((message, response) => {
    void read(message).then((request) => {
      requests.push(request);
      const said = request['infno'] === '9001' ? { output: { signinoutb: { sign_no: `S${++signIns}` } } } : behaviour(request, response);
      if (said === 'ANSWERED') return;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify('cainfo' in said ? said : sign(request, said)));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/fsi/api`;
  return {
    url,
    requests,
    callerPublicKey: caller.publicKey,
    settings: {
      url,
      institution: { code: 'H99000000001', name: '一窗' },
      careArea: '990000',
      insuranceArea: '990001',
      receiver: 'YICHUANG',
      operator: { kind: '1', number: 'hub', name: '枢纽' },
      signature: { privateKey: caller.privateKey, platformPublicKey: own.publicKey },
      transactions: {
        one: {
          infno: '1101',
          data: { mdtrt_cert_type: '02' },
          key: 'mdtrt_cert_no',
          subject: { at: 'baseinfo.certno', column: 'certno' },
          rows: { insuinfo: 'insuinfo' },
        },
        many: { infno: 'A101', keys: 'certnos', tables: 'tables', rows: { insuinfo: 'insuInfo', clctinfo: 'clctInfo' } },
      },
      refusals: {
        '2001': 'SIGN_IN_AGAIN',
        '1002': 'NO_RECORD',
        '9503': 'AGENCY_CLOSED',
        '9429': 'AGENCY_RATE_LIMITED',
        '9404': 'NOT_SUPPORTED_HERE',
      },
    },
    behave: (next) => (behaviour = next),
    sign,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function read(message: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as Request;
}
