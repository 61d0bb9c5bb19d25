import { isRecord } from '../../agencies/reply.js';
import type { Archive } from '../archive.js';
import { listed, SECTIONS, worded } from './sections.js';
import { printed, type Block } from './sheet.js';

/** A printed archive. */
export interface ArchivePdf {
  readonly fileName: string;
  readonly pages: number;
  readonly bytes: number;
  readonly base64: string;
}

/** Prints an archive: the person, what is missing, every piece as a table; the JSON text goes along as an attachment. */
export async function archivePdf(archive: Archive): Promise<ArchivePdf> {
  const { content, checkCode, json } = archive;
  const issued = new Date(content.issuedAt);
  const { pages, bytes } = await printed({
    title: '电子档案袋 · Lifetime record',
    blocks: blocksOf(archive),
    foot: `校验码 ${checkCode} · ${inShanghai(issued)}`,
    date: issued,
    attachment: { name: 'archive.json', text: json },
  });
  return { fileName: `archive-${inShanghai(issued).slice(0, 10)}.pdf`, pages, bytes: bytes.length, base64: bytes.toString('base64') };
}

/** 2026-11-23 07:02:58, as clocks in China show it. */
function inShanghai(time: Date): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'medium' }).format(time);
}

function blocksOf({ content, checkCode }: Archive): Block[] {
  const identity = content.record['identity'];
  const person = isRecord(identity) ? identity : {};
  const text = (line: string): Block => ({ kind: 'TEXT', text: line });
  return [
    { kind: 'TITLE', text: '电子档案袋 · Lifetime record' },
    text(
      `姓名 ${worded(person['name'])}　性别 ${worded(person['sex'])}　出生日期 ${worded(person['birthDate'])}　户籍地 ${worded(person['hukou'])}`,
    ),
    text(`签发时间 ${inShanghai(new Date(content.issuedAt))}（北京时间）　校验码 ${checkCode}`),
    text('本件汇集各经办机构登记系统在签发时的记录，供本人使用；以经办机构登记为准。每条记录注明来源系统。'),
    text('What the registers of all agencies held when this was issued. The attached JSON holds all of it; the check code proves it.'),
    ...(content.missing.length === 0
      ? [text('各来源均已应答，记录完整。 All sources answered.')]
      : [
          { kind: 'HEADING', text: '未包括的内容 · Not in this record' } as const,
          ...content.missing.map(({ agency, jurisdiction, code, pieces }) =>
            text(`${agency}${jurisdiction === undefined ? '' : ` ${jurisdiction}`}：${pieces.join('、')}（${code}）`),
          ),
        ]),
    ...SECTIONS.flatMap(({ piece, title, rows = listed, columns }): Block[] => {
      const found = rows(content.record[piece]);
      if (found.length === 0) return [];
      return [
        { kind: 'HEADING', text: `${title}（${found.length}）` },
        {
          kind: 'TABLE',
          columns: columns.map(({ title: name, share }) => ({ title: name, share })),
          rows: found.map((row) => columns.map((column) => column.text(row))),
        },
      ];
    }),
  ];
}
