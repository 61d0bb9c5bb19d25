import { isRecord } from '../../agencies/reply.js';
import type { Archive } from '../archive.js';
import { listed, SECTIONS } from './sections.js';
import type { Block, Sheet } from './sheet.js';
import { agencyName, placed, reasonOf, timeInChina, worded } from './words.js';

/** An archive as a sheet: the person, what is missing, every piece as a table; the JSON text goes along as an attachment. */
export function archiveSheet(archive: Archive): Sheet {
  const { content, checkCode, json } = archive;
  const issued = new Date(content.issuedAt);
  return {
    fileName: `archive-${timeInChina(issued).slice(0, 10)}.pdf`,
    title: '电子档案袋 · Lifetime record',
    blocks: blocksOf(archive),
    foot: `校验码 ${checkCode} · ${timeInChina(issued)}`,
    date: issued,
    attachment: { name: 'archive.json', text: json },
  };
}

function blocksOf({ content, checkCode }: Archive): Block[] {
  const { identity, jurisdictions: places, socialCard: card } = content.record;
  const person = isRecord(identity) ? identity : {};
  const text = (line: string): Block => ({ kind: 'TEXT', text: line });
  return [
    { kind: 'TITLE', text: '电子档案袋 · Lifetime record' },
    text(
      `姓名 ${worded(person['name'])}　性别 ${worded(person['sex'])}　出生日期 ${worded(person['birthDate'])}　户籍地 ${placed(person['hukou'])}`,
    ),
    ...(Array.isArray(places) && places.length > 0 ? [text(`参保地 ${places.map(placed).join('、')}`)] : []),
    ...(isRecord(card)
      ? [text(`社会保障卡 ${worded(card['number'])}　发卡地 ${placed(card['issuer'])}　状态 ${worded(card['state'])}`)]
      : []),
    text(`签发时间 ${timeInChina(new Date(content.issuedAt))}（北京时间）　校验码 ${checkCode}`),
    text('本件汇集各经办机构登记系统在签发时的记录，供本人使用；以经办机构登记为准。每条记录注明来源系统。'),
    text('What the registers of all agencies held when this was issued. The attached JSON holds all of it; the check code proves it.'),
    ...(content.missing.length === 0
      ? [text('各来源均已应答，记录完整。 All sources answered.')]
      : [
          { kind: 'HEADING', text: '未包括的内容 · Not in this record' } as const,
          ...content.missing.map(({ agency, jurisdiction, code, pieces }) =>
            text(
              `${agencyName(agency)}${jurisdiction === undefined ? '' : `（${placed(jurisdiction)}）`}：${pieces.map(titleOf).join('、')}。${reasonOf(code)}（${code}）`,
            ),
          ),
        ]),
    ...SECTIONS.flatMap(({ piece, title, rows = listed, columns }): Block[] => {
      const found = rows(content.record[piece]);
      if (found.length === 0) return [];
      return [
        { kind: 'HEADING', text: `${title}（${found.length}）` },
        {
          kind: 'TABLE',
          columns: columns.map(({ title: name, share, figures = false }) => ({ title: name, share, figures })),
          rows: found.map((row) => columns.map((column) => column.text(row))),
        },
      ];
    }),
  ];
}

/** What a piece is called in the sheet: the Chinese half of its section's title. */
function titleOf(piece: string): string {
  return SECTIONS.find((section) => section.piece === piece)?.title.split(' · ')[0] ?? OTHER_PIECES[piece] ?? piece;
}

/** Pieces that are no table of the sheet. */
const OTHER_PIECES: Readonly<Record<string, string>> = {
  identity: '身份信息',
  socialCard: '社会保障卡',
  jurisdictions: '参保地索引',
  enterprise: '单位登记信息',
};
