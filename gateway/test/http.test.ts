import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { auditServer } from 'graphql-http';
import { OWN_NUMBER, startTestHub, type TestHub } from './setup/hub.js';

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub({ LIMIT_BYTES: '20000' });
});
afterAll(() => hub.close());

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> => fetch(hub.gateway.url + path, { headers });
const codes = async (response: Response): Promise<unknown[]> =>
  ((await response.json()) as { errors: { extensions: { code: string } }[] }).errors.map(({ extensions }) => extensions.code);

describe('GraphQL over HTTP', () => {
  it('passes the audit of graphql-http without an error and without a warning', async () => {
    const results = await auditServer({ url: `${hub.gateway.url}/graphql` });
    expect(results.length).toBeGreaterThan(50);
    const found = results.filter(({ status }) => status === 'error' || status === 'warn');
    expect(found.map(({ id, name }) => `${id} ${name}`)).toEqual([]);
  });

  it('answers a query by GET', async () => {
    const response = await get('/graphql?query=%7B__typename%7D');
    expect(await response.json()).toMatchObject({ data: { __typename: 'Query' } });
  });

  it.each([
    ['plain', OWN_NUMBER],
    ['encoded twice', [...OWN_NUMBER].map((c) => `%25${c.charCodeAt(0).toString(16)}`).join('')],
    ['in full-width digits', encodeURIComponent([...OWN_NUMBER].map((c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)).join(''))],
    ['in its old form of 15 digits', '990000900101001'],
  ])('refuses a GET with a citizen number %s', async (_, text) => {
    const response = await get(`/graphql?query=%7Bcitizen(id%3A%22${text}%22)%7Bid%7D%7D`, { accept: 'application/graphql-response+json' });
    expect(response.status).toBe(400);
    expect(await codes(response)).toEqual(['PERSONAL_DATA_IN_URL']);
  });

  it.each([
    ['PUT', 405, 'METHOD_NOT_ALLOWED'],
    ['DELETE', 405, 'METHOD_NOT_ALLOWED'],
  ])('refuses %s', async (method, status, code) => {
    const response = await fetch(`${hub.gateway.url}/graphql`, { method });
    expect([response.status, await codes(response)]).toEqual([status, [code]]);
  });

  it.each([
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 'query=1', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['another charset', { 'content-type': 'application/json; charset=gbk' }, '{}', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['something else accepted', { 'content-type': 'application/json', accept: 'text/html' }, '{}', 406, 'NOT_ACCEPTABLE'],
    ['a body that is not JSON', { 'content-type': 'application/json' }, '{', 400, 'BAD_REQUEST'],
    ['bytes that are not UTF-8', { 'content-type': 'application/json' }, new Uint8Array([0x22, 0xff, 0x22]), 400, 'BAD_REQUEST'],
    [
      'a body over the limit',
      { 'content-type': 'application/json' },
      JSON.stringify({ query: ' '.repeat(30_000) }),
      413,
      'REQUEST_TOO_LARGE',
    ],
  ])('refuses %s', async (_, headers, body, status, code) => {
    const response = await fetch(`${hub.gateway.url}/graphql`, { method: 'POST', headers: headers as Record<string, string>, body });
    expect([response.status, await codes(response)]).toEqual([status, [code]]);
  });

  it.each([
    ['GRAPHQL_PARSE_FAILED', '{ me { '],
    ['GRAPHQL_VALIDATION_FAILED', '{ me { shoeSize } }'],
    ['QUERY_TOO_DEEP', `{ ${'me { '.repeat(16)} id ${'}'.repeat(17)}`],
    ['QUERY_TOO_MANY_ALIASES', `{ ${Array.from({ length: 31 }, (_, i) => `a${i}: __typename`).join(' ')} }`],
    ['QUERY_TOO_MANY_TOKENS', `{ me { ${'id '.repeat(2_100)} } }`],
    [
      'QUERY_TOO_MANY_ALIASES',
      `{ ...F0 } ${Array.from({ length: 12 }, (_, i) => `fragment F${i} on Query { ...F${i + 1} a${i}: __typename ...F${i + 1} }`).join(' ')} fragment F12 on Query { __typename }`,
    ],
    ['CITIZEN_NUMBER_INVALID', '{ citizenByNumber(number: "110101199001011238") { id } }'],
    ['CREDIT_CODE_INVALID', '{ enterprise(creditCode: "nothing") { name } }'],
    ['MONTH_INVALID', '{ me { pension { contributions(from: "2026-13") { totalCount } } } }'],
  ])('refuses with %s', async (code, query) => {
    const { status, body } = await hub.ask(query);
    expect(status).toBe(400);
    expect(body.errors?.[0]?.extensions['code']).toBe(code);
    expect(body).not.toHaveProperty('data');
  });

  it('names the variable that does not fit and never its value', async () => {
    const { status, body } = await hub.ask('query($n: CitizenNumber!) { citizenByNumber(number: $n) { id } }', {
      variables: { n: '110101199001011238' },
    });
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([
      { locations: [{ line: 1, column: 7 }], extensions: { code: 'CITIZEN_NUMBER_INVALID', variable: 'n' } },
    ]);
    expect(JSON.stringify(body)).not.toContain('110101199001011238');
  });

  it.each([
    '{ citizen(id: 张三) { id } }',
    '{ citizen(id: "x" "110101199001011238") { id } }',
    '{ me { pension { hasPaidAtLeast(months: "110101199001011238") } } }',
    '{ x110101199001011238 }',
  ])('repeats no value of a document it refuses', async (query) => {
    const { status, body } = await hub.ask(query);
    expect(status).toBe(400);
    expect(JSON.stringify(body)).not.toMatch(/110101199001011238|张三/);
  });

  it('answers introspection without asking an agency', async () => {
    const { body } = await hub.ask('{ __type(name: "Citizen") { fields { name } } }');
    expect(JSON.stringify(body.data)).toContain('pension');
    expect(Object.values(hub.agencies).flatMap(({ received }) => received)).toEqual([]);
  });

  it('tells what the graph says of itself in Chinese as it is written', async () => {
    const { body } = await hub.ask('{ __type(name: "CourierEngagement") { description } }');
    expect(body.data).toEqual({ __type: { description: '快递员备案.' } });
  });
});

describe('the pages beside the endpoint', () => {
  it('serves the explorer from this origin alone', async () => {
    const page = await get('/');
    const html = await page.text();
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'.*connect-src 'self'/);
    expect(
      [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address = '']) => address).filter((address) => /^(https?:)?\/\//.test(address)),
    ).toEqual([]);
    for (const file of ['main.js', 'styles.css', 'initial_options.js']) expect(await (await get(`/${file}`)).text()).not.toBe('');
  });

  it('says that it lives, that it is ready, and gives figures', async () => {
    expect(await (await get('/health')).json()).toEqual({ status: 'UP' });
    expect(await (await get('/ready')).json()).toMatchObject({ status: 'UP' });
    await hub.ask('{ __typename }');
    expect(await (await get('/metrics')).text()).toMatch(/yichuang_question_seconds_count\{status="200"\} \d+/);
  });

  it('does not repeat an address it does not know', async () => {
    const response = await get(`/persons/${OWN_NUMBER}`);
    expect([response.status, await response.text()]).toEqual([404, 'not found\n']);
    expect(await codes(await get('/%E0%A4%A'))).toEqual(['BAD_REQUEST']);
  });

  it('logs no address, header or body', async () => {
    await get(`/persons/${OWN_NUMBER}`);
    await hub.ask(`{ citizenByNumber(number: "${OWN_NUMBER}") { id identity { name } } }`, { token: await hub.citizen() });
    expect(hub.log.join('')).toContain('"route":"/graphql"');
    expect(hub.log.join('')).not.toMatch(new RegExp(`${OWN_NUMBER}|Bearer|eyJ|identity`));
  });
});
