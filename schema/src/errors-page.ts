import { ERROR_CATALOGUE, type ErrorArea, type ErrorEntry } from './errors.js';

const AREAS: Readonly<Record<ErrorArea, string>> = {
  request: 'The request itself',
  access: 'Who may see what',
  agency: 'An agency or one of its systems',
  hub: 'The hub',
};

/** The text of docs/errors.md. */
export function errorCataloguePage(): string {
  const entries = Object.entries<ErrorEntry>(ERROR_CATALOGUE);
  const sections = (Object.keys(AREAS) as ErrorArea[]).map((area) => {
    const rows = entries
      .filter(([, entry]) => entry.area === area)
      .map(
        ([code, entry]) =>
          `| \`${code}\` | ${entry.status ?? '200, beside the rest'} | ${entry.meaning} | ${entry.remedy} | ${entry.message} |`,
      );
    return `## ${AREAS[area]}\n\n| code | HTTP status | when | what to do | message |\n|---|---|---|---|---|\n${rows.join('\n')}\n`;
  });
  return `# Errors

Generated from \`schema/src/errors.ts\` by \`npm run generate\`; CI fails when it is stale.

Every error carries a stable \`extensions.code\`. A code with a status refuses the whole request (with \`Accept:
application/graphql-response+json\`; clients that accept only \`application/json\` get the same body with status 200 where the
GraphQL-over-HTTP specification says so). A code without one stands beside the rest of the answer: its \`path\` names the field that is
null, with integer list positions, and everything else is answered. Failures of agencies add \`agency\`, \`system\`, \`jurisdiction\` and
\`since\`; \`retryAfterSeconds\` or \`opensAt\` where the system says so; \`sent: false\` where the agency was never asked, so that a mutation
has changed nothing there. No message or extension ever holds a value from the request.

A client that does not finish sending its request within the question's deadline is sent away with status 408 and no body. An alias may
not take the name of a key or of \`__typename\` for another field (\`GRAPHQL_VALIDATION_FAILED\`): decisions rest on them.

\`\`\`json
{ "message": "部门系统超时 · the agency’s system did not answer in time",
  "path": ["citizen", "pension", "relations", 2],
  "extensions": { "code": "AGENCY_TIMEOUT", "agency": "hrss", "system": "hrss-soap-510000", "jurisdiction": "510000", "since": "2026-11-21T08:00:00.000Z" } }
\`\`\`

${sections.join('\n')}`;
}
