import { JURISDICTIONS } from '../people/jurisdictions.js';
import type { Unit, World } from '../people/model.js';

export type PartyKind =
  'HRSS_OFFICE' | 'MEDICAL_OFFICE' | 'MARKET_REGULATION' | 'POSTAL' | 'STATISTICS' | 'EMPLOYER' | 'LEGAL_AID' | 'INTEGRATOR';

/** A caller who acts for a party, not for himself. */
export interface Official {
  /** Stable key, e.g. `caseworker-440000`; the name tokens are asked by. */
  readonly key: string;
  readonly title: { readonly zh: string; readonly en: string };
  readonly role: 'caseworker' | 'regulator' | 'employer' | 'integrator';
  readonly partyKind: PartyKind;
  /** Code of the party: the division of an office, the credit code of an employer. */
  readonly party: string;
  /** Six digits; absent for parties that act nationwide. */
  readonly jurisdiction?: string;
}

/**
 * The officials of a world: a caseworker of 人社 and one of 医保 for each of the 32 jurisdictions, two more in Guangdong, regulators,
 * statisticians, two employers, a legal aid centre and an integrator.
 */
export function officialsOf(world: World): readonly Official[] {
  const employer = world.units.find((unit) => unit.state === '1' && unit.capital !== undefined) ?? world.units[0];
  const busy = busiestEmployer(world);
  return [
    ...JURISDICTIONS.map(({ code, zh, en }): Official => ({
      key: `caseworker-${code}`,
      title: { zh: `${zh}社保经办人员`, en: `Social insurance caseworker, ${en}` },
      role: 'caseworker',
      partyKind: 'HRSS_OFFICE',
      party: code,
      jurisdiction: code,
    })),
    ...['第二', '第三'].map((which, index): Official => ({
      key: `caseworker-440000-${index + 2}`,
      title: { zh: `广东社保${which}经办人员`, en: `Social insurance caseworker ${index + 2}, Guangdong` },
      role: 'caseworker',
      partyKind: 'HRSS_OFFICE',
      party: '440000',
      jurisdiction: '440000',
    })),
    ...JURISDICTIONS.map(({ code, zh, en }): Official => ({
      key: `medical-officer-${code}`,
      title: { zh: `${zh}医保经办人员`, en: `Medical insurance officer, ${en}` },
      role: 'caseworker',
      partyKind: 'MEDICAL_OFFICE',
      party: code,
      jurisdiction: code,
    })),
    {
      key: 'statistician-440000',
      title: { zh: '广东统计调查人员', en: 'Statistician who asks for counts, Guangdong' },
      role: 'regulator',
      partyKind: 'STATISTICS',
      party: '440000',
      jurisdiction: '440000',
    },
    {
      key: 'regulator-market-440000',
      title: { zh: '广东市场监管执法人员', en: 'Market regulation officer, Guangdong' },
      role: 'regulator',
      partyKind: 'MARKET_REGULATION',
      party: '440000',
      jurisdiction: '440000',
    },
    {
      key: 'regulator-postal-440000',
      title: { zh: '广东邮政管理执法人员', en: 'Postal regulation officer, Guangdong' },
      role: 'regulator',
      partyKind: 'POSTAL',
      party: '440000',
      jurisdiction: '440000',
    },
    ...(employer
      ? [
          {
            key: 'employer-1',
            title: { zh: `${employer.name} 人事`, en: 'Personnel department of an enterprise' },
            role: 'employer',
            partyKind: 'EMPLOYER',
            party: employer.creditCode,
          } satisfies Official,
        ]
      : []),
    ...(busy
      ? [
          {
            key: 'employer-2',
            title: { zh: `${busy.name} 人事`, en: 'Personnel department of an enterprise that employs personas' },
            role: 'employer',
            partyKind: 'EMPLOYER',
            party: busy.creditCode,
          } satisfies Official,
        ]
      : []),
    {
      key: 'legal-aid-1',
      title: { zh: '法律援助中心', en: 'Legal aid centre, which asks for consent scope by scope' },
      role: 'integrator',
      partyKind: 'LEGAL_AID',
      party: 'legal-aid-1',
    },
    {
      key: 'integrator-1',
      title: { zh: '系统集成单位', en: 'System integrator' },
      role: 'integrator',
      partyKind: 'INTEGRATOR',
      party: 'integrator-1',
    },
  ];
}

/** The unit for which most personas work now; undefined where none works. */
function busiestEmployer({ personas, units }: World): Unit | undefined {
  const workers = new Map<string, number>();
  for (const { life } of personas) {
    for (const { unit, to } of life.employments) if (to === undefined) workers.set(unit, (workers.get(unit) ?? 0) + 1);
  }
  const [most] = [...workers].sort(([, one], [, other]) => other - one);
  return most && units.find(({ creditCode }) => creditCode === most[0]);
}
