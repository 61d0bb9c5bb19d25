import type { AccessCatalogue, MandateEntry, PurposeEntry, ScopeEntry } from './access-catalogue.js';
import { provisionOf } from './access-catalogue.js';
import type { ScopeFields } from './scope-fields.js';

const DOMAINS: ReadonlyMap<string, string> = new Map([
  ['identity', '身份 · Who the person is'],
  ['pension', '基本养老保险 · Basic pension insurance'],
  ['unemployment', '失业保险 · Unemployment insurance'],
  ['injury', '工伤保险 · Work-injury insurance'],
  ['employment', '就业 · Work'],
  ['risk', '风险提示 · Risk hints'],
  ['archive', '电子档案袋 · The lifetime record'],
  ['transfer', '关系转移接续 · Transfers'],
  ['enterprise', '单位 · Enterprises and other units'],
  ['medical', '基本医疗保险 · Basic medical insurance'],
  ['consent', '授权 · Consents'],
  ['delegation', '委托与监护 · Delegations'],
  ['accesslog', '查询记录 · The record of access'],
]);
const SHARING: Readonly<Record<ScopeEntry['sharing'], string>> = {
  UNCONDITIONAL: '无条件共享 · unconditional',
  CONDITIONAL: '有条件共享 · conditional',
  NOT_SHARED: '不予共享 · not shared',
};
const DELEGATION: Readonly<Record<ScopeEntry['delegable'][number], string>> = {
  GUARDIAN: '监护人 · guardian',
  COURT_APPOINTED: '法院指定 · appointed by a court',
  FAMILY_HELP: '亲情代办 · family help',
  NEXT_OF_KIN: '近亲属 · next of kin',
};
const BASES: Readonly<Record<PurposeEntry['bases'][number], string>> = {
  SELF: '本人 · the person',
  CONSENT: '本人同意 · consent',
  MANDATE: '法定职责或者法定权利 · statutory mandate',
  EMERGENCY: '紧急情况 · emergency',
};
const ROLES: Readonly<Record<MandateEntry['role'], string>> = {
  CASEWORKER: '经办人员 · caseworker',
  REGULATOR: '监管人员 · regulator',
  EMPLOYER: '用人单位人员 · employer',
  INTEGRATOR: '系统集成单位 · integrator',
};
const REGIONS: Readonly<Record<MandateEntry['region'], string>> = {
  PERSON_IN_JURISDICTION:
    '在本辖区有参保关系的人、在本辖区登记的单位 · persons with a relation in the jurisdiction, units registered in it',
  UNIT_IN_JURISDICTION: '在本辖区登记的单位，不涉及个人 · units registered in the jurisdiction, no person',
  OWN_WORKER: '本单位现有职工和本单位 · its present workers and the unit itself',
  CASE_JURISDICTION: '所持业务涉及的本人，且本辖区为该业务一方 · the person of the case, where the jurisdiction takes part in it',
};
const CASES: Readonly<Record<MandateEntry['case'], string>> = { NONE: '不需要 · no', REQUIRED: '必须 · required' };

/**
 * The text of docs/access-catalogue.md.
 * @param fieldsOf the fields of the graph that each scope opens
 * @throws Error naming a scope that neither the graph nor the hub uses, or one whose domain has no title here
 */
export function accessCataloguePage(catalogue: AccessCatalogue, fieldsOf: ScopeFields): string {
  for (const name of catalogue.scopes.keys())
    if (!DOMAINS.has(domainOf(name))) throw new Error(`schema/src/access-page.ts: give the domain of ${name} a title`);
  return `# 数据访问目录 · Access catalogue

Generated from \`schema/access/*.yaml\` and \`schema/sdl/*.graphql\` by \`npm run generate\`; CI fails when it is stale.

本目录说明本平台能够提供哪些信息、为哪些目的、由谁、依据哪部法律。个人信息凡未列入的，一律不提供。
This catalogue says what this window can release, for which purposes, to whom and on which law. No personal data that is not listed is ever released.

- 每次查询须有一个目的和一项依据：本人、本人同意、法定职责或者法定权利、紧急情况。
  Every question has one purpose and one basis: the person, consent, a statutory mandate, or an emergency.
- 代为办理（监护、亲情代办、法院指定、近亲属）不是依据，只说明由谁行使本人的权利；代办人得到的不超过本人所能得到的。
  Acting for another is no basis. It says who exercises the person's right, and gives at most what the person has.
- 国家机关依法定职责查询，均受《中华人民共和国个人信息保护法》第十三条第一款第三项、第三十四条、第三十五条约束，且不需取得本人同意。
  State organs that act under a mandate are bound by art. 13(3), 34 and 35 of the Personal Information Protection Law; consent is not asked.
- 每次查询均有记录，本人可以查阅。 Every access is on record, and the person can read it.
- 所引条款未经律师核对。有第二处来源可比的只有：《社会保险法》第十六条、第十九条，《社会保险经办条例》第十二条、第十六条，国办发〔2009〕66号第四条、第六条、第八条，《个人信息保护法》第十三条；其余条号只凭我们自己的阅读。
  No lawyer has checked the articles cited. A second source was at hand for these alone: Social Insurance Law, art. 16 and 19; regulation on handling social insurance, art. 12 and 16; 国办发〔2009〕66号, art. 4, 6 and 8; Personal Information Protection Law, art. 13. All others rest on our own reading.

## 信息项 · Scopes

- 敏感程度 Sensitivity: S1 一个数或者是与否 a number, a yes or a no; S2 个人信息 personal; S3 敏感个人信息 sensitive; S4 最敏感 the most sensitive.
- 共享属性 Class: 《政务数据共享条例》第十四条 (Regulations on the Sharing of Government Data, art. 14).
- 单独勾选 Own tick: 须取得单独同意（《中华人民共和国个人信息保护法》第二十九条） needs a separate consent (Personal Information Protection Law, art. 29).

${[...DOMAINS].map(([domain, title]) => scopesOf(domain, title, catalogue, fieldsOf)).join('\n')}
## 目的 · Purposes

${[...catalogue.purposes].map(([code, purpose]) => purposeSection(code, purpose, catalogue)).join('\n')}
## 法定授权 · Mandates

| 谁 · who | 目的 · for what | 法律依据 · law and article | 对象范围 · about whom | 业务编号 · case | 告知 · notice | 信息项 · scopes |
|---|---|---|---|---|---|---|
${catalogue.mandates.map((mandate) => mandateRow(mandate, catalogue)).join('\n')}
`;
}

function scopesOf(domain: string, title: string, { scopes }: AccessCatalogue, fieldsOf: ScopeFields): string {
  const rows = [...scopes]
    .filter(([name]) => domainOf(name) === domain)
    .map(([name, scope]) => {
      const fields = fieldsOf.get(name) ?? [];
      if (fields.length === 0 && scope.heldBy === undefined && scope.sharing !== 'NOT_SHARED')
        throw new Error(`schema/access/scopes.yaml ${name}: no field of the graph names it: annotate one, or take it out`);
      const notes = [
        ...(scope.predicateOf === undefined ? [] : [`代替 instead of \`${scope.predicateOf}\``]),
        ...(scope.period === 'CLIPPED' ? ['授权可限定月份 a consent can bound its months'] : []),
        ...(scope.own === 'SPELL' ? ['用人单位仅限本单位申报的 an employer sees only what it has itself declared'] : []),
        ...(scope.stepUp ? ['须加强认证 needs a stronger sign-in'] : []),
      ];
      return row([
        `\`${name}\``,
        `${scope.zh} · ${scope.en}`,
        [`${scope.covers.zh} · ${scope.covers.en}`, ...notes].join('; '),
        scope.sensitivity,
        SHARING[scope.sharing],
        scope.separate ? '是 · yes' : '否 · no',
        scope.delegable.map((kind) => DELEGATION[kind]).join('; ') || '—',
        fields.map((field) => `\`${field}\``).join(' ') || '由本平台保存 · held by the hub',
      ]);
    });
  return `### ${title}

| scope | 名称 · title | 内容 · what is in it | 敏感程度 · sensitivity | 共享属性 · class | 单独勾选 · own tick | 可由谁代办 · may be delegated to | 字段 · fields |
|---|---|---|---|---|---|---|---|
${rows.join('\n')}
`;
}

function domainOf(scope: string): string {
  return scope.slice(0, scope.indexOf('.'));
}

function purposeSection(code: string, purpose: PurposeEntry, catalogue: AccessCatalogue): string {
  const parties = purpose.recipients.map((kind) => partyTitle(kind, catalogue)).join('; ');
  const { validDays, maxUses, frequency, dataLifeDays } = purpose;
  const often = frequency ? `，每 ${frequency.perDays} 天至多 ${frequency.count} 次` : '';
  const oftenEn = frequency ? `, ${frequency.count} in ${frequency.perDays} day(s)` : '';
  const consent = purpose.bases.includes('CONSENT');
  const lines = [
    `依据 · basis: ${purpose.bases.map((basis) => BASES[basis]).join('; ')}`,
    ...(purpose.law === undefined ? [] : [`法律 · law: ${purpose.law}`]),
    ...(purpose.through === undefined ? [] : [`由谁行使 · exercised by: ${DELEGATION[purpose.through]}`]),
    ...(parties === '' ? [] : [`${consent ? '可申请方 · may be asked by' : '可启动方 · may be opened by'}: ${parties}`]),
    ...(consent
      ? [
          `限度 · limits: 授权至多 ${validDays} 天，至多 ${maxUses} 次${often}，数据保存至多 ${dataLifeDays} 天 · a consent holds at most ${validDays} days and ${maxUses} uses${oftenEn}; the data is kept at most ${dataLifeDays} days`,
        ]
      : []),
    `信息项 · scopes: ${purpose.scopes.size === catalogue.scopes.size ? '全部 · all' : codes(purpose.scopes)}`,
  ];
  return `### \`${code}\` ${purpose.zh} · ${purpose.en}

> ${purpose.notice.zh}
>
> ${purpose.notice.en}

${lines.map((line) => `- ${line}`).join('\n')}
`;
}

function mandateRow(mandate: MandateEntry, catalogue: AccessCatalogue): string {
  const purpose = catalogue.purposes.get(mandate.purpose);
  return row([
    `${partyTitle(mandate.party, catalogue)} (${ROLES[mandate.role]}) \`${mandate.id}\``,
    `\`${mandate.purpose}\` ${purpose?.zh ?? ''} · ${purpose?.en ?? ''}`,
    [mandate, ...mandate.besides].map(provisionOf).join('；'),
    REGIONS[mandate.region],
    CASES[mandate.case],
    noticeOf(mandate),
    codes(mandate.scopes),
  ]);
}

function noticeOf({ deferral }: MandateEntry): string {
  return deferral ? `延后 ${deferral.days} 天 · ${deferral.days} days later：${deferral.reason}` : '即时 · at once';
}

function partyTitle(kind: string, { parties }: AccessCatalogue): string {
  const title = parties.get(kind);
  return title ? `${title.zh} · ${title.en}` : kind;
}

function codes(scopes: ReadonlySet<string>): string {
  return [...scopes].map((scope) => `\`${scope}\``).join(' ');
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
