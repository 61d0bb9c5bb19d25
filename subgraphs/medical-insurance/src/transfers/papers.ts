import type { PaperForms } from '@yichuang/kit';
import { fen, yuan } from '@yichuang/rules';

/*
 * The papers of a medical transfer (医保办发〔2021〕43号) in the words of the national platform: 申请表, 参保凭证, 联系函, and the sheet,
 * 参保人员基本医疗保险信息表. What only pensions have (kind of account, money before 1998, pooled money, deemed months, interest) is not on them.
 */

/** The platform's words by the national codes; what has none here is left as it is. */
const WORDS: Readonly<Record<string, string>> = {
  ...{ AAZ341: 'trafBizNo', AAE270: 'trafNo', AAE140: 'insutype', AAB299: 'trafoutAdmdvs', AAB301: 'trafinAdmdvs' },
  ...{ AAE127: 'opterTime', AAE036: 'opterTime', AAE035: 'trafYm', AAC001: 'psnNo', AAB004: 'empName' },
  ...{ AAE030: 'begnYm', AAE031: 'expiYm', AAE201: 'clctMons', AIC083: 'balc' },
  ...{ AAB300: 'optinsName', AAE005: 'tel', AAE006: 'addr', AAE007: 'poscode' },
  ...{ AAC155: 'bankName', AAC080: 'bankCode', AAE009: 'acctName', AAC078: 'bankAcct' },
};
/** Of a row of payments. */
const ROW_WORDS: Readonly<Record<string, string>> = {
  ...{ AAB299: 'poolareaNo', AAE001: 'clctYear', AAE041: 'begnYm', AAE042: 'expiYm', AAE202: 'clctMons' },
  ...{ AAE180: 'clctstd', AAE020: 'empAmt', AAE022: 'psnAmt' },
};
/** What a medical relation does not have. */
const OF_PENSIONS: ReadonlySet<string> = new Set([
  ...['AAE173', 'AAE473', 'AAE200', 'AIC093', 'AIC089', 'AIC082', 'AIC084', 'AIC102'],
  ...['AAE381', 'AAE269', 'AAE382'],
]);
const MONEY: ReadonlySet<string> = new Set(['AIC083', 'AAE180', 'AAE020', 'AAE022']);

/** Only employees have a personal account. */
const EMPLOYEES = '310';

/** Gives a paper in the platform's words, with the pooling areas that the case is between and the scheme at its other end. */
export const inPlatformWords: PaperForms['worded'] = (paper, { statements, targetScheme }) => {
  if (paper.kind === 'REFUSAL_NOTICE') return paper;
  const { IC91: rows, ...fields } = paper.fields;
  const worded = translated(fields, WORDS);
  if (paper.kind === 'INFORMATION_SHEET' && worded['insutype'] !== EMPLOYEES) delete worded['balc'];
  return {
    ...paper,
    fields: {
      ...worded,
      ...(paper.kind === 'CERTIFICATE' ? {} : { trafoutAdmdvs: statements['sourceArea'], trafinAdmdvs: statements['targetArea'] }),
      ...(paper.kind === 'APPLICATION' || paper.kind === 'CONTACT_LETTER' ? { othInsutype: targetScheme } : {}),
      ...(Array.isArray(rows) ? { IC91: (rows as readonly Fields[]).map((row) => translated(row, ROW_WORDS)) } : {}),
    },
  };
};

type Fields = Readonly<Record<string, unknown>>;

function translated(fields: Fields, words: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([code]) => !OF_PENSIONS.has(code))
      .map(([code, value]) => [words[code] ?? code, MONEY.has(code) && typeof value === 'number' ? yuan(fen(value)) : value]),
  );
}
