import { sign } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { TransferHappening } from '../events/happening.js';
import type { SigningKeys } from './secrets.js';

/** What is posted to an endpoint. */
export interface Message {
  /** The same for an event however often it is sent: receivers tell by it what they have had. */
  readonly id: string;
  readonly body: string;
}

const MEDIA_TYPE = 'application/cloudevents+json; charset=utf-8';

/** An event as CloudEvents 1.0 in the structured mode. Thin: what else there is to know is asked for, on the receiver's own basis. */
export function eventMessage(event: TransferHappening, cursor: string): Message {
  const { id, agency, number, caseId, kind, step, state, source, target, at, deadline } = event;
  const body = envelope(
    { id, source: `/transfers/${agency}`, type: 'yichuang.transfer.event.v1', subject: number, time: at.toISOString() },
    {
      cursor,
      caseId,
      number,
      kind,
      step,
      state,
      source,
      target,
      at: at.toISOString(),
      deadline: deadline?.toISOString() ?? null,
    },
  );
  return { id, body };
}

/** A message by which an endpoint is tried: it says that nothing has happened. */
export function testMessage(id: string, endpoint: string, at: Date): Message {
  const time = at.toISOString();
  return {
    id,
    body: envelope({ id, source: '/webhooks', type: 'yichuang.webhook.test.v1', subject: endpoint, time }, { webhook: endpoint }),
  };
}

/**
 * What goes with a message (Standard Webhooks): a signature v1 (HMAC-SHA-256) by each secret, and one v1a (Ed25519) by the hub's own key,
 * which whoever checks it need not keep secret. The receiver takes any of them.
 * @param at when it is sent, not when it happened: receivers refuse what is old
 */
export function signedHeaders({ id, body }: Message, { secrets, own }: SigningKeys, at: Date): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  const asymmetric = sign(null, Buffer.from(`${id}.${timestamp}.${body}`), own).toString('base64');
  return {
    'content-type': MEDIA_TYPE,
    'user-agent': 'yichuang-webhooks',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': [...secrets.map((secret) => new Webhook(secret).sign(id, at, body)), `v1a,${asymmetric}`].join(' '),
  };
}

interface Attributes {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
}

function envelope(attributes: Attributes, data: object): string {
  return JSON.stringify({ specversion: '1.0', ...attributes, datacontenttype: 'application/json', data });
}
