import { GraphQLError, type GraphQLErrorOptions } from 'graphql';

/** What an error is about; decides who has to act. */
export type ErrorArea = 'request' | 'access' | 'agency' | 'hub';

/** One entry of the catalogue; docs/errors.md is generated from these. */
export interface ErrorEntry {
  readonly area: ErrorArea;
  /** HTTP status when the whole request is refused for it; absent where it stands beside other data in a 200 answer. */
  readonly status?: number;
  /** When it occurs. */
  readonly meaning: string;
  /** What the caller can do. */
  readonly remedy: string;
  /** Text sent with it, Chinese first. Never contains a value from the request. */
  readonly message: string;
}

/** Every code the hub and the subgraphs answer with. Codes are stable: they are never renamed and never reused. */
export const ERROR_CATALOGUE = {
  GRAPHQL_PARSE_FAILED: {
    area: 'request',
    status: 400,
    meaning: 'The document is not GraphQL.',
    remedy: 'Mend the document at the line and column named in locations.',
    message: '查询语法错误 · the document is not valid GraphQL',
  },
  GRAPHQL_VALIDATION_FAILED: {
    area: 'request',
    status: 400,
    meaning: 'The document asks for something the graph does not have.',
    remedy: 'Look the field up in the explorer or in schema/supergraph.graphql.',
    message: '查询与模式不符 · the document does not fit the graph',
  },
  BAD_REQUEST: {
    area: 'request',
    status: 400,
    meaning:
      'The HTTP request is not a GraphQL request (no query, wrong types, unknown operation name, variables that do not fit), or a mutation names a person by something that is no reference of this hub; `detail` says which.',
    remedy:
      'Send {"query", "variables", "operationName"} as JSON, with one operation or the name of one. Name persons by `Citizen.id`, never by a number.',
    message: '请求格式错误 · the request is not well formed',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    area: 'request',
    status: 415,
    meaning: 'The body is not application/json in UTF-8.',
    remedy: 'Send content-type: application/json.',
    message: '不支持的内容类型 · send application/json',
  },
  NOT_ACCEPTABLE: {
    area: 'request',
    status: 406,
    meaning: 'No media type of Accept can be served.',
    remedy: 'Accept application/graphql-response+json or application/json.',
    message: '无法提供所要求的格式 · no acceptable media type',
  },
  METHOD_NOT_ALLOWED: {
    area: 'request',
    status: 405,
    meaning: 'A mutation by GET, or a method that the address does not have.',
    remedy: 'Use POST.',
    message: '方法不允许 · use POST',
  },
  REQUEST_TOO_LARGE: {
    area: 'request',
    status: 413,
    meaning: 'The body has more bytes than the limit.',
    remedy: 'Ask in several smaller questions.',
    message: '请求过大 · the request has too many bytes',
  },
  QUERY_TOO_MANY_TOKENS: {
    area: 'request',
    status: 400,
    meaning: 'The document has more tokens than the limit.',
    remedy: 'Ask in several smaller questions.',
    message: '查询过长 · the document has too many tokens',
  },
  QUERY_TOO_DEEP: {
    area: 'request',
    status: 400,
    meaning: 'Selections are nested deeper than the limit.',
    remedy: 'Ask for fewer levels at a time.',
    message: '查询嵌套过深 · selections are nested too deep',
  },
  QUERY_TOO_MANY_ALIASES: {
    area: 'request',
    status: 400,
    meaning: 'The document has more aliases than the limit.',
    remedy: 'Use variables and several questions.',
    message: '别名过多 · too many aliases',
  },
  SUBSCRIPTION_UNAVAILABLE: {
    area: 'request',
    status: 400,
    meaning: 'The operation is a subscription and nothing in this hub brings its events.',
    remedy: 'Ask with a query, or connect to a hub that serves events.',
    message: '此处不提供订阅 · subscriptions are not served here',
  },
  SUBSCRIPTION_NEEDS_STREAM: {
    area: 'request',
    status: 406,
    meaning: 'The operation is a subscription, and what the request accepts has no way for events.',
    remedy: 'Accept text/event-stream, or ask over WebSocket with the subprotocol graphql-transport-ws.',
    message: '订阅须使用事件流 · ask for events over text/event-stream or WebSocket',
  },
  STREAM_NOT_FOUND: {
    area: 'request',
    status: 404,
    meaning: 'The request names a reserved stream that does not exist, has ended, was not opened in time, or is another caller’s.',
    remedy: 'Reserve a stream with PUT /graphql/stream and send its token in x-graphql-event-stream-token.',
    message: '未找到该事件流 · no such stream is reserved',
  },
  TOO_MANY_OPERATIONS: {
    area: 'request',
    status: 429,
    meaning: 'The connection has as many operations under way as one may have.',
    remedy: 'Wait until one ends, or open another connection.',
    message: '并发操作过多 · too many operations at once on this connection',
  },
  DOCUMENT_NOT_FOUND: {
    area: 'request',
    status: 404,
    meaning: 'The request names a document that no manifest (or not this client’s) holds. Requests never register documents.',
    remedy: 'Deploy the manifest of this build of the client first; where texts are served, send the document itself as query.',
    message: '未找到该查询文档 · no document is known by this id',
  },
  DOCUMENT_NOT_TRUSTED: {
    area: 'request',
    status: 403,
    meaning: 'Only trusted documents are served here, and the text sent is none of them, to the letter.',
    remedy: 'Name a document of the client’s manifest; see docs/trusted-documents.md.',
    message: '仅受理已登记的查询文档 · only trusted documents are served here',
  },
  QUERY_TOO_COMPLEX: {
    area: 'request',
    status: 400,
    meaning: 'There are more ways to fetch what the document asks for than can be looked at.',
    remedy: 'Ask in several smaller questions, with fewer alternatives (fragments, conditions, @defer) in each.',
    message: '查询过于复杂 · the question is too complex to plan',
  },
  PERSONAL_DATA_IN_URL: {
    area: 'request',
    status: 400,
    meaning: 'A GET request carries what looks like a citizen number in its URL.',
    remedy: 'Use POST: URLs end up in logs.',
    message: '网址中不得含有个人信息 · personal data must not stand in a URL',
  },
  CITIZEN_NUMBER_INVALID: {
    area: 'request',
    status: 400,
    meaning: 'Not a citizen number: wrong length, characters, birth date or check character (GB 11643).',
    remedy: 'Check the number on the card.',
    message: '公民身份号码无效 · not a valid citizen number',
  },
  CREDIT_CODE_INVALID: {
    area: 'request',
    status: 400,
    meaning: 'Not a unified social credit code: wrong length, characters or check character (GB 32100).',
    remedy: 'Check the code on the business licence.',
    message: '统一社会信用代码无效 · not a valid credit code',
  },
  DIVISION_CODE_INVALID: {
    area: 'request',
    status: 400,
    meaning: 'Not six digits of a division code (GB/T 2260).',
    remedy: 'Use the six-digit code.',
    message: '行政区划代码无效 · not a valid division code',
  },
  MONTH_INVALID: {
    area: 'request',
    status: 400,
    meaning: 'Not a month as YYYY-MM.',
    remedy: 'Write for example 2026-10.',
    message: '年月无效 · write a month as YYYY-MM',
  },
  DATE_INVALID: {
    area: 'request',
    status: 400,
    meaning: 'Not a date as YYYY-MM-DD.',
    remedy: 'Write for example 2026-10-31.',
    message: '日期无效 · write a date as YYYY-MM-DD',
  },
  DATE_TIME_INVALID: {
    area: 'request',
    status: 400,
    meaning: 'Not a point in time with its zone (RFC 3339).',
    remedy: 'Write for example 2026-10-31T08:00:00+08:00.',
    message: '时间无效 · write a time with its zone',
  },
  YUAN_INVALID: {
    area: 'request',
    status: 400,
    meaning: 'Not an amount in yuan with at most two places.',
    remedy: 'Write for example "1234.50".',
    message: '金额无效 · write an amount as "1234.50"',
  },
  PAGE_INVALID: {
    area: 'request',
    meaning: 'first is not within its bound, or after is not a cursor this list gave out.',
    remedy: 'Keep to the bound named in the field’s description; use endCursor of the page before.',
    message: '分页参数无效 · first or after is not valid here',
  },
  CURSOR_INVALID: {
    area: 'request',
    status: 400,
    meaning: 'The cursor from which events are to go on was not given out by this hub, or was altered.',
    remedy: 'Send the cursor of the last message as it came, or none to follow from now on.',
    message: '游标无效 · this hub gave out no such cursor',
  },
  UNAUTHENTICATED: {
    area: 'access',
    meaning: 'A personal field was asked without a token.',
    remedy: 'Sign in and send Authorization: Bearer.',
    message: '需要登录 · sign in to see this',
  },
  TOKEN_INVALID: {
    area: 'access',
    status: 401,
    meaning: 'The token is malformed, forged, of another issuer or signed with an algorithm that is not allowed.',
    remedy: 'Get a new token from the configured issuer.',
    message: '令牌无效 · the token is not valid',
  },
  TOKEN_EXPIRED: {
    area: 'access',
    status: 401,
    meaning: 'The token has expired or is not valid yet.',
    remedy: 'Refresh the token.',
    message: '令牌已过期 · the token has expired',
  },
  TOKEN_AUDIENCE: {
    area: 'access',
    status: 401,
    meaning: 'The token was issued for another service.',
    remedy: 'Ask the issuer for a token for this hub.',
    message: '令牌的受众不是本服务 · the token is for another service',
  },
  IDENTITY_PROVIDER_UNAVAILABLE: {
    area: 'access',
    status: 503,
    meaning: 'The issuer’s keys cannot be had, so no token can be checked.',
    remedy: 'Try again; questions about public data go on without a token.',
    message: '身份认证服务暂不可用 · tokens cannot be checked at the moment',
  },
  NOT_SHARED: {
    area: 'access',
    meaning: 'By the government data catalogue this kind of data is not shared with anybody but the person.',
    remedy: 'Ask the person for a document, or the agency on paper.',
    message: '该类数据不予共享 · this kind of data is not shared',
  },
  CONSENT_REQUIRED: {
    area: 'access',
    meaning: 'The person has consented to something for this purpose, but not to this.',
    remedy: 'Ask for consent: requestConsent.',
    message: '需要本人授权 · the person’s consent is needed',
  },
  CONSENT_PENDING: {
    area: 'access',
    meaning: 'The person has been asked and has not answered yet.',
    remedy: 'Wait for the answer: consentEvents tells of it.',
    message: '授权申请待本人处理 · the person has not answered yet',
  },
  CONSENT_PAUSED: {
    area: 'access',
    meaning: 'The person has paused the consent for this.',
    remedy: 'Wait until they resume it.',
    message: '本人已暂停授权 · the person has paused the consent',
  },
  CONSENT_EXPIRED: {
    area: 'access',
    meaning: 'The consent for this has run out.',
    remedy: 'Ask for a new one: requestConsent.',
    message: '授权已到期 · the consent has expired',
  },
  CONSENT_REVOKED: {
    area: 'access',
    meaning: 'The consent for this has been withdrawn or declared invalid.',
    remedy: 'Ask for a new one: requestConsent.',
    message: '授权已撤回 · the consent has been withdrawn',
  },
  CONSENT_EXHAUSTED: {
    area: 'access',
    meaning: 'The consent for this has been used as often as it allows.',
    remedy: 'Ask for a new one: requestConsent.',
    message: '授权次数已用完 · the consent has been used up',
  },
  ACCESS_DENIED: {
    area: 'access',
    meaning: 'The caller has no basis for this field of this person. Says nothing about whether the person or the record exists.',
    remedy: 'Act under a mandate that covers the person, or ask the person.',
    message: '无权访问 · no basis to see this',
  },
  ACCESS_TOO_BROAD: {
    area: 'access',
    meaning:
      'The question is about more persons than one question may be (LIMIT_PERSONS, 200 unless configured). The first of them are answered; nothing was asked about the others.',
    remedy: 'Ask about fewer persons at a time. The operators are told.',
    message: '一次查询涉及人数过多 · too many persons in one question',
  },
  PURPOSE_REQUIRED: {
    area: 'access',
    meaning: 'An official asked for personal data without naming a purpose.',
    remedy: 'Send the header yichuang-purpose with a code of schema/access/purposes.yaml.',
    message: '须注明办理目的 · name the purpose of this question',
  },
  PURPOSE_NOT_ALLOWED: {
    area: 'access',
    meaning: 'The purpose is not in the catalogue, or does not cover this field for this caller.',
    remedy: 'Use a purpose that the viewer field lists.',
    message: '该目的不允许访问 · the purpose does not allow this',
  },
  CASE_REQUIRED: {
    area: 'access',
    meaning: 'The mandate asks for a case number and none was sent.',
    remedy: 'Send the header yichuang-case.',
    message: '须提供业务编号 · a case number is required',
  },
  AUDIT_UNAVAILABLE: {
    area: 'access',
    meaning:
      'The record of access cannot be kept or read now. Nothing about other persons is asked for or released; what persons read of themselves is.',
    remedy: 'Try again in a minute, or when retryAfterSeconds are over. The operators have been told.',
    message: '访问记录暂不可用 · the record of access is not available at the moment',
  },
  CONSENT_NOT_FOUND: {
    area: 'access',
    meaning: 'The caller has no request or consent under this id: there is none, or it is somebody else’s.',
    remedy: 'Take the id from your own list of requests or consents.',
    message: '未找到该授权或授权请求 · you have no such consent or request',
  },
  CONSENT_STATE: {
    area: 'access',
    meaning: 'The request or consent is in a state in which this cannot be done, for instance because it has ended.',
    remedy: 'Read its state again; what has ended is asked for anew.',
    message: '当前状态不允许此操作 · its state does not allow this',
  },
  CONSENT_TERMS: {
    area: 'access',
    meaning:
      'What was asked for or approved goes beyond the purpose, or bounds the months of what has none; term says in what, scopes of which.',
    remedy: 'Keep to the scopes and limits of the purpose in docs/access-catalogue.md.',
    message: '超出该目的允许的范围 · goes beyond what the purpose allows',
  },
  CONSENT_TICK_MISSING: {
    area: 'access',
    meaning: 'A sensitive scope was approved together with others. It counts only where the person ticked it on its own.',
    remedy: 'Ask the person for each of them and send it in separately.',
    message: '敏感信息须单独勾选 · a sensitive item takes a tick of its own',
  },
  CONSENT_NOTICE_CHANGED: {
    area: 'access',
    meaning: 'The hash sent is not that of the notice as it reads now: the person has not seen this text.',
    remedy: 'Read the notice again, show it, and send its hash.',
    message: '告知内容已变更，请重新阅读 · the notice has changed, read it again',
  },
  CONSENT_REQUEST_LIMIT: {
    area: 'access',
    meaning: 'The recipient already has as many open requests to this person as it may.',
    remedy: 'Wait for an answer or withdraw one; the next ends after retryAfterSeconds.',
    message: '待答复的授权请求已达上限 · too many open requests to this person',
  },
  CONSENT_COOLING_DOWN: {
    area: 'access',
    meaning: 'The person denied this recipient the same purpose within the last 30 days.',
    remedy: 'Do not ask again before retryAfterSeconds.',
    message: '本人已拒绝，暂不得再次请求 · the person has refused; do not ask again yet',
  },
  GUARDIAN_REQUIRED: {
    area: 'access',
    meaning: 'The person is under fourteen and cannot consent alone.',
    remedy: 'A guardian decides for them.',
    message: '未满十四周岁须由监护人同意 · under fourteen, a guardian decides',
  },
  CONSENT_UNAVAILABLE: {
    area: 'access',
    meaning:
      'What the person has allowed cannot be looked up now, so nothing that rests on consent is asked for or released. Not a denial.',
    remedy: 'Try again in a minute, or when retryAfterSeconds are over. The operators have been told.',
    message: '授权信息暂不可用 · consents cannot be looked up at the moment',
  },
  STEP_UP_REQUIRED: {
    area: 'access',
    meaning: 'This takes that the caller has just proved anew who they are.',
    remedy: 'Sign in again with acr_values=urn:yichuang:acr:step-up; the token counts for ten minutes from auth_time.',
    message: '需要重新核验身份 · prove anew who you are',
  },
  SCOPE_NOT_DELEGABLE: {
    area: 'access',
    meaning: 'What was to be delegated, or is asked for by a delegate, cannot be delegated to this kind of delegate.',
    remedy: 'Keep to the scopes that docs/access-catalogue.md lets such a delegate have; the person can ask themselves.',
    message: '该事项不可委托 · this cannot be delegated',
  },
  ACT_NOT_ALLOWED: {
    area: 'access',
    meaning: 'A delegation, case or emergency access cannot be made like this; reason says what is not in order.',
    remedy: 'See docs/delegation-and-emergency.md for what each reason means.',
    message: '不符合办理条件 · this is not in order',
  },
  STATE_NOT_ALLOWED: {
    area: 'access',
    meaning: 'The delegation, case or emergency access stands in a state, named in state, in which this cannot be done.',
    remedy: 'Read its state again; what has ended is begun anew.',
    message: '当前状态不允许此操作 · its state does not allow this',
  },
  EMERGENCY_QUOTA: {
    area: 'access',
    meaning: 'The official has opened three emergency accesses within 24 hours, or one of theirs has not been reviewed within 72 hours.',
    remedy: 'Have the earlier ones reviewed, or let a colleague ask. The operators have been told.',
    message: '紧急访问次数已达上限 · no more emergency access for now',
  },
  ACTING_UNAVAILABLE: {
    area: 'access',
    meaning: 'Delegations, cases and emergency accesses cannot be looked up or changed now. Not a denial.',
    remedy: 'Try again in a minute, or when retryAfterSeconds are over. The operators have been told.',
    message: '委托与办理信息暂不可用 · delegations and cases cannot be looked up at the moment',
  },
  WEBHOOK_REFUSED: {
    area: 'access',
    meaning: 'This cannot be done with a webhook; reason says what is not in order.',
    remedy: 'See docs/webhooks.md for what each reason means.',
    message: '回调地址不符合要求 · this webhook is not in order',
  },
  EVENTS_UNAVAILABLE: {
    area: 'hub',
    meaning: 'What happened to transfers, or how they go, cannot be read now. Nothing is lost.',
    remedy: 'Ask again in a few seconds; a subscription goes on from the cursor that came with it.',
    message: '转移接续信息暂不可读取 · transfers cannot be read at the moment',
  },
  TRANSFER_NOT_FOUND: {
    area: 'access',
    meaning: 'There is no transfer with this number and this PIN. Which of the two is wrong is not said.',
    remedy: 'Read both again from the acknowledgement of the application.',
    message: '办件号或者查询码不正确 · no transfer has this number and PIN',
  },
  TOO_MANY_ATTEMPTS: {
    area: 'access',
    meaning: 'The PIN of this number was guessed wrong too often, whether or not there is such a number.',
    remedy: 'Try again after retryAfterSeconds, or sign in.',
    message: '尝试次数过多，请稍后再试 · too many wrong attempts',
  },
  AGENCY_UNAVAILABLE: {
    area: 'agency',
    meaning: 'The agency or one of its systems cannot be reached, or refuses.',
    remedy: 'The rest of the answer stands. Try again later; since says how long it has lasted.',
    message: '部门系统暂不可用 · the agency’s system cannot be reached',
  },
  AGENCY_TIMEOUT: {
    area: 'agency',
    meaning: 'The agency or one of its systems did not answer in time.',
    remedy: 'The rest of the answer stands. Try again later.',
    message: '部门系统超时 · the agency’s system did not answer in time',
  },
  AGENCY_BAD_RESPONSE: {
    area: 'agency',
    meaning:
      'The system answered with something that cannot be used: truncated, wrongly encoded, an error inside a success, counts that do not match.',
    remedy: 'The rest of the answer stands. The agency has been named; nothing was guessed.',
    message: '部门系统返回异常 · the agency’s system gave an unusable answer',
  },
  AGENCY_RATE_LIMITED: {
    area: 'agency',
    meaning: 'The system’s rate limit is used up.',
    remedy: 'Try again after retryAfterSeconds.',
    message: '部门系统限流 · the agency’s rate limit is used up',
  },
  AGENCY_CLOSED: {
    area: 'agency',
    meaning: 'The system is inside a declared maintenance window.',
    remedy: 'Try again after opensAt.',
    message: '部门系统维护中 · the agency’s system is closed for maintenance',
  },
  SUBJECT_MISMATCH: {
    area: 'agency',
    meaning: 'The system answered about another person or record than was asked. The answer was dropped and an alarm raised.',
    remedy: 'None for the caller; the operators have been told.',
    message: '返回的对象与请求不符 · the system answered about somebody else',
  },
  PERSON_NOT_FOUND: {
    area: 'agency',
    meaning: 'No register of this kind knows the person.',
    remedy: 'Check the number. Only those entitled to the answer get this code.',
    message: '未找到该人员记录 · no record of this person',
  },
  ENTERPRISE_NOT_FOUND: {
    area: 'agency',
    meaning: 'The register does not know the credit code.',
    remedy: 'Check the code.',
    message: '未找到该单位 · no record of this unit',
  },
  NOT_SUPPORTED_HERE: {
    area: 'agency',
    meaning: 'The jurisdiction’s system does not offer this (暂不支持).',
    remedy: 'Ask the jurisdiction’s office.',
    message: '当地系统暂不支持 · the local system does not offer this',
  },
  GRANT_REQUIRED: {
    area: 'hub',
    status: 401,
    meaning: 'A subgraph was called without a grant of the hub.',
    remedy: 'Ask the hub’s endpoint.',
    message: '仅限枢纽凭授权令牌访问 · subgraphs answer the hub only',
  },
  GRANT_INVALID: {
    area: 'hub',
    status: 401,
    meaning:
      'The grant is malformed or forged, signed with a key that is not known or in another suite, of another issuer, or for another agency.',
    remedy:
      'Operators: compare GRANT_SUITE, GRANT_KEYS and GRANT_ISSUER of the agency with the hub’s; the agency’s log says what was wrong.',
    message: '授权令牌无效 · the grant is not valid',
  },
  GRANT_EXPIRED: {
    area: 'hub',
    status: 401,
    meaning: 'The grant has expired, or is not valid yet.',
    remedy: 'Operators: compare the clocks of the hub and the agency.',
    message: '授权令牌已过期或尚未生效 · the grant is not valid at this time',
  },
  GRANT_REPLAYED: {
    area: 'hub',
    status: 403,
    meaning: 'The grant has been used before.',
    remedy: 'Operators: somebody sends what the hub has sent; look who can read between the hub and the agency.',
    message: '授权令牌已使用 · the grant has been used',
  },
  GRANT_MISMATCH: {
    area: 'hub',
    status: 403,
    meaning: 'The grant was given for another request: operation, variables or representations differ.',
    remedy: 'Operators: nothing between the hub and the agency may change a body.',
    message: '授权令牌与请求不符 · the grant is for another request',
  },
  QUESTION_TIMEOUT: {
    area: 'hub',
    meaning: 'The question as a whole ran into its deadline.',
    remedy: 'What was there in time is in data; ask for less, or again later.',
    message: '查询超时 · the question ran into its deadline',
  },
  PLANNING_TIMEOUT: {
    area: 'hub',
    status: 503,
    meaning: 'How to fetch what the document asks for was not worked out in time, or too many new documents are waiting for that.',
    remedy: 'Try again in a minute. If it happens again, ask in several smaller questions.',
    message: '查询规划超时 · the question could not be planned in time',
  },
  FIELD_UNREACHABLE: {
    area: 'hub',
    status: 500,
    meaning: 'The graph names a field that no subgraph can be asked for on the way the document takes to it.',
    remedy: 'Leave the field out, or reach it another way; tell the operators of the graph.',
    message: '字段无法取得 · no subgraph can be asked for a field of the document',
  },
  HUB_OVERLOADED: {
    area: 'hub',
    status: 503,
    meaning: 'The hub has more questions than it can answer in time and takes no new ones for a moment.',
    remedy: 'Ask again after the seconds of Retry-After.',
    message: '枢纽繁忙 · the hub is busy, ask again in a moment',
  },
  INTERNAL: {
    area: 'hub',
    status: 500,
    meaning: 'A fault of the hub. Details are in the hub’s log under the request id, never in the answer.',
    remedy: 'Report the request id.',
    message: '内部错误 · internal fault',
  },
} as const satisfies Record<string, ErrorEntry>;

/** A stable `extensions.code`. */
export type ErrorCode = keyof typeof ERROR_CATALOGUE;

/** What an agency's failure carries beside its code. */
export interface AgencyFailureDetail {
  readonly agency: string;
  readonly system?: string;
  readonly jurisdiction?: string;
  /** RFC 3339, when the failure began. */
  readonly since?: string;
  readonly retryAfterSeconds?: number;
  readonly opensAt?: string;
  /** The agency was never asked: nothing has been changed there. Absent where it was asked, or may have been. */
  readonly sent?: false;
}

/** A GraphQL error with a code of the catalogue and its text; `extensions` adds facts, never values from the request. */
export function catalogued(
  code: ErrorCode,
  extensions: Readonly<Record<string, unknown>> = {},
  options: GraphQLErrorOptions = {},
): GraphQLError {
  return new GraphQLError(ERROR_CATALOGUE[code].message, { ...options, extensions: { code, ...extensions } });
}
