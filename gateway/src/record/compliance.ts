import { lifeRecordFromJson, screen } from '@yichuang/rules';
import { lastWholeMonth } from '@yichuang/schema';
import { isRecord } from '../agencies/reply.js';
import type { Question } from '../execution/question.js';
import { askWithin, type AskWithin } from './ask-within.js';
import { expressFacts, REGISTERED_STATES } from './unit-facts.js';

/** Open outlets are counted page by page; more than these a unit does not have. */
const MOST_PAGES = 50;

const DOCUMENT = `query Unit($code: CreditCode!, $after: String) {
  enterprise(creditCode: $code) {
    state established
    expressLicence { validTo state }
    outlets(first: 100, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { closedOn couriers } } }
    platformHeadcounts { month persons }
    insuredHeadcount
    socialInsuranceStanding { lastDeclaredMonth jurisdiction }
  }
}`;

type Row = Readonly<Record<string, unknown>>;

/**
 * `HiringCompliance` of the graph: what three agencies hold of a unit, set side by side as counts. Asked as the caller, by the same way as
 * any other question.
 */
export async function complianceOf(question: Question, creditCode: string, ask: AskWithin, now = new Date()): Promise<Row> {
  const missing = new Map<string, Row>();
  let unit: Row = {};
  let couriers: number | undefined;
  let outlets = 0;
  let after: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const { data, errors } = await askWithin({ query: DOCUMENT, variables: { code: creditCode, after: after ?? null } }, question, ask);
    for (const { path = [], extensions = {} } of errors) {
      const { agency, code, since } = extensions;
      const owner = typeof agency === 'string' ? agency : (AGENCY_OF[String(path[1])] ?? 'hub');
      missing.set(`${owner} ${String(code)}`, {
        agency: owner,
        jurisdiction: typeof extensions['jurisdiction'] === 'string' ? extensions['jurisdiction'] : null,
        code: typeof code === 'string' ? code : 'INTERNAL',
        since: typeof since === 'string' ? since : null,
        parts: [String(path[1] ?? 'enterprise')],
        changes: null,
      });
    }
    const found = isRecord(data) && isRecord(data['enterprise']) ? data['enterprise'] : {};
    if (page === 0) unit = found;
    const { outlets: connection } = found;
    if (!isRecord(connection)) {
      couriers = undefined;
      break;
    }
    for (const node of nodesOf(connection)) {
      outlets++;
      if (node['closedOn'] === null && typeof node['couriers'] === 'number') couriers = (couriers ?? 0) + node['couriers'];
    }
    after = cursorAfter(connection);
    if (after === undefined) break;
  }
  const { socialInsuranceStanding: standing, insuredHeadcount } = unit;
  const insured = typeof insuredHeadcount === 'number' ? insuredHeadcount : null;
  const { platformHeadcounts: months } = unit;
  const latest: unknown = Array.isArray(months) ? months[0] : undefined;
  const active = isRecord(latest) ? latest : {};
  const lastDeclared = isRecord(standing) ? standing['lastDeclaredMonth'] : undefined;
  return {
    insured,
    lastDeclaredMonth: typeof lastDeclared === 'string' ? lastDeclared : null,
    filedCouriers: outlets > 0 ? (couriers ?? null) : null,
    uninsuredAtLeast: insured === null || couriers === undefined ? null : Math.max(0, couriers - insured),
    activeOnPlatforms: active['persons'] ?? null,
    activeMonth: active['month'] ?? null,
    hints: hintsOf(creditCode, unit, outlets, lastWholeMonth(now)),
    missing: [...missing.values()],
  };
}

const AGENCY_OF: Readonly<Record<string, string>> = {
  state: 'market-regulation',
  established: 'market-regulation',
  platformHeadcounts: 'market-regulation',
  expressLicence: 'postal',
  outlets: 'postal',
  insuredHeadcount: 'hrss',
  socialInsuranceStanding: 'hrss',
};

/** The rules about units, held against what the unit declared last. */
function hintsOf(creditCode: string, unit: Row, outlets: number, asOf: string): readonly Row[] {
  const { socialInsuranceStanding: standing, established } = unit;
  if (!isRecord(standing) || typeof standing['lastDeclaredMonth'] !== 'string' || typeof standing['jurisdiction'] !== 'string') return [];
  const state = REGISTERED_STATES[String(unit['state'])];
  const record = lifeRecordFromJson(
    {
      asOf,
      months: [{ month: standing['lastDeclaredMonth'], jurisdiction: standing['jurisdiction'], unit: creditCode }],
      units: [
        {
          unit: creditCode,
          ...(state === undefined ? {} : { state }),
          ...(typeof established === 'string' ? { established } : {}),
          ...expressFacts(unit, outlets > 0),
        },
      ],
    },
    () => undefined,
  );
  const about = screen(record).figures.findings.filter(({ units }) => units.includes(creditCode));
  return about.map(({ code, title, reason, article, months }) => ({ code, title, reason, article, count: Math.max(1, months.length) }));
}

function nodesOf({ edges }: Row): readonly Row[] {
  return Array.isArray(edges) ? edges.flatMap((edge: unknown) => (isRecord(edge) && isRecord(edge['node']) ? [edge['node']] : [])) : [];
}

function cursorAfter({ pageInfo }: Row): string | undefined {
  return isRecord(pageInfo) && pageInfo['hasNextPage'] === true && typeof pageInfo['endCursor'] === 'string'
    ? pageInfo['endCursor']
    : undefined;
}
