import { randomUUID } from 'node:crypto';
import { CloseCode, makeServer, type Server, type SubscribePayload } from 'graphql-ws';
import { GraphQLSchema, parse, type ExecutionArgs } from 'graphql';
import type { Asker } from '../execution/question.js';
import { refuse, type Refusal } from '../graph/operations.js';
import { presentedInPayload } from './caller.js';
import { CLIENT_GONE, EVERY_KIND, identify, openPayloads, pose, report, reportFault, type Front } from './front.js';
import { Payloads, sentErrors, type SentError } from './payloads.js';
import { paramsOf } from './request-params.js';
import { watchToken } from './token-watch.js';
import type { WebSocketConnection } from './websocket-connection.js';

const TRY_AGAIN_LATER = 1013;

/**
 * The subprotocol `graphql-transport-ws` with our answers. Who asks is said in `connection_init` and checked again with every question;
 * a token that is refused, then or later, closes the connection with 4403 and the reason.
 */
export function webSocketProtocol(front: Front, maxQuestions: number, initTimeoutMs: number): Server<WebSocketConnection> {
  return makeServer<Record<string, unknown>, WebSocketConnection>({
    connectionInitWaitTimeout: initTimeoutMs,
    onConnect: async ({ extra: connection, connectionParams = {} }) => {
      connection.presented = presentedInPayload(connectionParams, connection.presented);
      const identified = await identify(front, connection.presented);
      if (!identified.ok) return forbid(connection, identified);
      if (identified.token !== undefined && front.tokens)
        connection.watched(
          watchToken(identified.token, front.tokens, (code) => {
            connection.close(CloseCode.Forbidden, code);
          }),
        );
      return true;
    },
    onSubscribe: (connection, id, payload) => {
      const asker: Asker = {
        // The library forgets a question that its client has ended.
        get gone() {
          return !connection.extra.open || !(id in connection.subscriptions);
        },
      };
      return answerOn(connection.extra, asker, payload, front, maxQuestions);
    },
    execute: ({ contextValue }) => (contextValue instanceof Payloads ? contextValue : {}),
  });
}

async function answerOn(
  connection: WebSocketConnection,
  asker: Asker,
  payload: SubscribePayload,
  front: Front,
  maxQuestions: number,
): Promise<ExecutionArgs | readonly SentError[]> {
  const questionId = randomUUID();
  const began = performance.now();
  const refused = (refusal: Refusal): readonly SentError[] => {
    report(front, questionId, 'WS', '/graphql', refusal.status, performance.now() - began);
    return sentErrors(refusal.errors);
  };
  const busy = front.refuseNew?.();
  if (busy) return refused(busy);
  if (connection.questions >= maxQuestions) return refused(refuse('TOO_MANY_OPERATIONS'));
  const read = paramsOf(payload);
  if (!read.ok) return refused(read);
  const over = connection.begin();
  const ended = connection.beginFinite();
  const end = (): void => {
    over();
    ended();
  };
  try {
    const identified = await identify(front, connection.presented);
    if (!identified.ok) {
      end();
      forbid(connection, identified);
      return refused(identified);
    }
    const answered = await pose(front, {
      params: read.params,
      client: connection.client,
      caller: identified.caller,
      questionId,
      asker,
      inParts: true,
      allows: EVERY_KIND,
    });
    if (!answered.ok) {
      end();
      return refused(answered);
    }
    // A subscription has no end that a stop could wait for.
    if (answered.kind === 'EVENTS') ended();
    report(front, questionId, 'WS', '/graphql', asker.gone ? CLIENT_GONE : 200, performance.now() - began);
    // The connection lives by its token, and so do its questions.
    return { ...EXECUTION, contextValue: openPayloads(front, answered, questionId, undefined, end) };
  } catch (error) {
    end();
    reportFault(front, error, questionId);
    return refused(refuse('INTERNAL'));
  }
}

/** A document that stands for every other: the library looks at its kind, and ours has been answered by then. */
const EXECUTION: ExecutionArgs = { schema: new GraphQLSchema({}), document: parse('{ __typename }') };

function forbid(connection: WebSocketConnection, { status, errors }: Refusal): false {
  const code = errors[0]?.extensions?.['code'];
  connection.close(status === 503 ? TRY_AGAIN_LATER : CloseCode.Forbidden, typeof code === 'string' ? code : '');
  return false;
}
