import { parseDivisionCode } from '@yichuang/schema';
import { provinceFrom, provinceName, RuleRefusal } from '@yichuang/rules';
import type { IssuedPaper, PaperContent } from '../transfer-paper.js';
import {
  CERTIFICATE_STEMS,
  FIELD_NAMES,
  MEDICAL_COLUMNS,
  MEDICAL_TITLES,
  PAPER_NAMES,
  PLACES,
  SEGMENT_COLUMNS,
  TITLE_STEMS,
  VALUE_NAMES,
} from './paper-fields.js';
import type { Block, Sheet } from './sheet.js';
import { worded } from './words.js';

/** A paper of a transfer as a sheet: who it is about, its fields, the rows of part 2; the JSON text goes along as an attachment. */
export function paperSheet({ content, checkCode, json }: IssuedPaper): Sheet {
  const { kind, number, issuedOn } = content;
  return {
    fileName: `${kind.toLowerCase().replaceAll('_', '-')}-${number}.pdf`,
    title: titleOf(content),
    blocks: blocksOf(content, checkCode),
    foot: `${number} · 校验码 ${checkCode}`,
    date: new Date(`${issuedOn}T00:00:00+08:00`),
    attachment: { name: 'paper.json', text: json },
  };
}

function titleOf({ kind, transfer }: PaperContent): string {
  const [zh, en] = PAPER_NAMES[kind] ?? [kind, kind];
  const stems = kind === 'CERTIFICATE' ? CERTIFICATE_STEMS : TITLE_STEMS;
  const own = transfer === 'MEDICAL' ? MEDICAL_TITLES[kind] : undefined;
  return `${own ?? `${stems[transfer] ?? ''}${zh}`} · ${en}`;
}

function blocksOf(content: PaperContent, checkCode: string): readonly Block[] {
  const { person, issuer, issuedOn, fields, segments } = content;
  const text = (line: string): Block => ({ kind: 'TEXT', text: line });
  const known = (value: string | null): string => value ?? '——';
  const columns = content.transfer === 'MEDICAL' ? MEDICAL_COLUMNS : SEGMENT_COLUMNS;
  return [
    { kind: 'TITLE', text: titleOf(content) },
    text(`办件号 ${content.case}　文书编号 ${content.number}`),
    text(
      `签发 ${issuer === 'PERSON' ? '本人' : `${place(issuer)}${content.transfer === 'MEDICAL' ? '医疗保障' : '社会保险'}经办机构`}　日期 ${issuedOn}　校验码 ${checkCode}`,
    ),
    text(`转出地 ${place(content.source)}　转入地 ${place(content.target)}`),
    { kind: 'HEADING', text: '参保人员 · The person' },
    pairs([
      ['姓名', known(person.name)],
      ['公民身份号码', known(person.number)],
      ['性别', person.sex === null ? '——' : worded(person.sex)],
      ['户籍所在地', person.hukou === null ? '——' : place(person.hukou)],
      ...(person.personNumber === undefined ? [] : [['转出地个人编号', known(person.personNumber)] as const]),
    ]),
    { kind: 'HEADING', text: '内容 · Contents' },
    pairs(inOrder(fields).map(({ code, value }) => [FIELD_NAMES.get(code) ?? code, shown(code, value)])),
    ...(segments.length === 0
      ? []
      : [
          { kind: 'HEADING', text: `缴费及个人账户明细（${segments.length}）· Contributions and account by year` } as const,
          {
            kind: 'TABLE',
            columns: columns.map(({ title, share }) => ({ title, share })),
            rows: segments.map(({ fields: row }) =>
              columns.map(({ code }) => shown(code, row.find((field) => field.code === code)?.value ?? null)),
            ),
          } as const,
        ]),
    text('金额单位：元。本件由一窗依经办机构登记的内容打印，校验码可在一窗核验；空缺项为登记机构未提供或查看人无权查看。'),
    text(
      'Amounts in yuan. Printed from what the offices have entered; the check code proves it. What is empty is not known here, or not for the reader.',
    ),
  ];
}

/** Two fields beside each other. */
function pairs(fields: readonly (readonly [name: string, value: string])[]): Block {
  const rows: string[][] = [];
  for (let i = 0; i < fields.length; i += 2) rows.push([...(fields[i] ?? []), ...(fields[i + 1] ?? ['', ''])]);
  return {
    kind: 'TABLE',
    columns: [1.3, 2, 1.3, 2].map((share, i) => ({ title: i % 2 === 0 ? '项目' : '内容', share })),
    rows,
  };
}

function inOrder(fields: PaperContent['fields']): PaperContent['fields'] {
  const order = [...FIELD_NAMES.keys()];
  const at = (code: string): number => (order.includes(code) ? order.indexOf(code) : order.length);
  return [...fields].sort((a, b) => at(a.code) - at(b.code));
}

function shown(code: string, value: string | null): string {
  if (value === null) return '';
  return PLACES.has(code) ? place(value) : (VALUE_NAMES[code]?.[value] ?? value);
}

/** 广东（440000）; a code of a place nobody knows as it is. */
function place(code: string): string {
  if (!parseDivisionCode(code)) return code;
  try {
    return `${provinceName(provinceFrom(code, '')).zh}（${code}）`;
  } catch (error) {
    if (error instanceof RuleRefusal) return code;
    throw error;
  }
}
