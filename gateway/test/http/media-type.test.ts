import { describe, expect, it } from '@jest/globals';
import { negotiate } from '../../src/http/media-type.js';

const JSON_TYPE = 'application/json';
const GRAPHQL = 'application/graphql-response+json';

describe('the form of an answer', () => {
  it.each<[string, string | undefined, ReturnType<typeof negotiate>]>([
    ['without Accept', undefined, { whole: JSON_TYPE, parts: undefined, events: false }],
    ['an empty one', ' ', { whole: JSON_TYPE, parts: undefined, events: false }],
    ['a wildcard', '*/*', { whole: JSON_TYPE, parts: undefined, events: false }],
    ['the newer type preferred', `${JSON_TYPE};q=0.9, ${GRAPHQL}`, { whole: GRAPHQL, parts: undefined, events: false }],
    [
      'Apollo Client with @defer',
      `multipart/mixed;deferSpec=20220824,${GRAPHQL},${JSON_TYPE};q=0.9`,
      { whole: GRAPHQL, parts: 'MULTIPART', events: false },
    ],
    [
      'urql',
      `${GRAPHQL}, application/graphql+json, ${JSON_TYPE}, text/event-stream, multipart/mixed`,
      { whole: GRAPHQL, parts: 'EVENT_STREAM', events: true },
    ],
    ['parts preferred to events', 'text/event-stream;q=0.5, multipart/mixed', { whole: undefined, parts: 'MULTIPART', events: true }],
    ['graphql-sse', 'text/event-stream', { whole: undefined, parts: 'EVENT_STREAM', events: true }],
    [
      'a format of parts that is not served',
      `multipart/mixed;incrementalDeliverySpec=3283f8a, ${JSON_TYPE}`,
      { whole: JSON_TYPE, parts: undefined, events: false },
    ],
    ["Apollo's subscriptions over multipart", 'multipart/mixed;boundary="graphql";subscriptionSpec="1.0"', undefined],
    ['another charset', 'application/json; charset=gbk', undefined],
    ['something else', 'text/html', undefined],
    ['a type at quality nought', 'application/json;q=0', undefined],
  ])('for %s', (_, accept, expected) => {
    expect(negotiate(accept)).toEqual(expected);
    // The second time it is remembered.
    expect(negotiate(accept)).toEqual(expected);
  });
});
