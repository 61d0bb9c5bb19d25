import type { AgencyClient } from '../agencies/client.js';

const NAMES: Readonly<Record<string, { readonly name: string; readonly nameEn: string }>> = {
  hrss: { name: '人力资源和社会保障', nameEn: 'Human Resources and Social Security' },
  'market-regulation': { name: '市场监督管理', nameEn: 'Market Regulation' },
  postal: { name: '邮政管理', nameEn: 'Postal Administration' },
  'medical-insurance': { name: '医疗保障', nameEn: 'Medical Insurance' },
};

/** One agency as `Agency` shows it, without its systems. */
export function agencyEntry(code: string, agencies: ReadonlyMap<string, AgencyClient>): Record<string, unknown> | null {
  const client = agencies.get(code);
  if (!client) return null;
  const { tracker } = client;
  return {
    code,
    ...(NAMES[code] ?? { name: code, nameEn: code }),
    state: tracker.state,
    since: tracker.since?.toISOString() ?? null,
    latencyMs: tracker.latencyMs ?? null,
  };
}

/** Every agency behind the window, in the order of the configuration. */
export function agencyEntries(agencies: ReadonlyMap<string, AgencyClient>): (Record<string, unknown> | null)[] {
  return [...agencies.keys()].map((code) => agencyEntry(code, agencies));
}
