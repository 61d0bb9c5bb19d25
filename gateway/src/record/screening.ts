import { monthLabel, screen, type Finding, type LifeRecord } from '@yichuang/rules';
import type { Missing } from './missing.js';

type Shown = Readonly<Record<string, unknown>>;

/**
 * `RiskScreening` of the graph: the record of a person held against all rules.
 * @param unreadable rows that are not in the record because nobody can read them
 */
export function screeningOf(record: LifeRecord, unreadable: number, missing: readonly Missing[]): Shown {
  const { figures, rule, article, version, provisional } = screen(record);
  const notes = [
    ...provisional.filter(({ reason }) => !reason.startsWith('SOURCE_MISSING')).map(({ text }) => text),
    ...(unreadable > 0
      ? [
          {
            zh: `有${unreadable}条登记内容无法识别，未纳入核对。`,
            en: `${unreadable} rows of the registers cannot be read and were left out.`,
          },
        ]
      : []),
  ];
  return {
    asOf: monthLabel(record.asOf),
    findings: figures.findings.map(shownFinding),
    examined: figures.examined,
    undecided: figures.undecided,
    missing: shownMissing(missing, record, figures.shortfalls),
    provisional: notes,
    rule,
    article,
    version,
  };
}

/** `MissingSource` of the graph for all that is missing, with what it would change where a rule depends on it. */
export function shownMissing(
  missing: readonly Missing[],
  record: Pick<LifeRecord, 'missing'>,
  shortfalls: ReturnType<typeof screen>['figures']['shortfalls'],
): readonly Shown[] {
  return missing.map(({ agency, jurisdiction, code, since, parts, pieces }) => {
    const told = record.missing.find(
      (one) =>
        one.agency === agency && one.jurisdiction === jurisdiction && parts.length > 0 && parts.every((part) => one.parts.includes(part)),
    );
    const shortfall = told && shortfalls.find(({ source }) => source === told);
    return { agency, jurisdiction: jurisdiction ?? null, code, since: since ?? null, parts: pieces, changes: shortfall?.text ?? null };
  });
}

function shownFinding({ code, title, reason, months, schemes, places, units, article, wayOut, appeal }: Finding): Shown {
  return {
    code,
    title,
    reason,
    months: months.map(monthLabel),
    schemes,
    jurisdictions: places,
    enterprises: units.map((creditCode) => ({ creditCode })),
    article,
    wayOut,
    appeal,
  };
}
