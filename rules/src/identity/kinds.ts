import { Type } from 'typebox';
import { defineKind, type Kind } from '../kind.js';
import { wordFrom } from '../record/words.js';
import { Working } from '../result.js';
import { readCitizenNumber } from './citizen-number.js';
import { readCreditCode, readOrganisationCode } from './credit-code.js';
import { compareNames } from './person-name.js';

const READERS = { ID: readCitizenNumber, USCC: readCreditCode, ORG: readOrganisationCode } as const;
const KINDS = ['ID', 'USCC', 'ORG'] as const;

const IdentifierCheck = Type.Object({
  items: Type.Array(
    Type.Object({
      type: Type.String({ maxLength: 32, description: 'ID 公民身份号码, USCC 统一社会信用代码, ORG 组织机构代码' }),
      value: Type.Union([Type.String({ maxLength: 200 }), Type.Number()]),
    }),
    { maxItems: 1000 },
  ),
});

const NameComparison = Type.Object({ names: Type.Array(Type.String({ maxLength: 200 }), { minItems: 2, maxItems: 2 }) });

export const identityKinds: readonly Kind[] = [
  defineKind({
    kind: 'identifier_check',
    title: { zh: '证件号码与单位代码校验', en: 'Are these numbers of persons and units well formed?' },
    input: IdentifierCheck,
    evaluate({ items }, options) {
      const working = new Working(options);
      const results = items.map(({ type, value }, index) => READERS[wordFrom(type, `items[${index}].type`, KINDS)](String(value)));
      working.step(() => ({
        text: {
          zh: '身份号码前17位按 ISO 7064 MOD 11-2 校验；信用代码前17位按 3 的幂次加权、模 31 校验；机构代码前8位模 11 校验',
          en: 'Citizen numbers by ISO 7064 MOD 11-2 of 17 digits; credit codes by powers of 3 modulo 31 of 17 characters; organisation codes modulo 11 of 8',
        },
        article: 'GB 11643-1999; GB 32100-2015; GB 11714-1997',
      }));
      return working.ruled(
        { results },
        {
          rule: 'Check characters, and the calendar day inside a citizen number',
          article: 'GB 11643-1999; GB 32100-2015',
          version: '2015-10-01',
        },
      );
    },
  }),
  defineKind({
    kind: 'name_comparison',
    title: { zh: '姓名比对', en: 'May two registers mean the same name?' },
    input: NameComparison,
    evaluate({ names: [first = '', second = ''] }, options) {
      const working = new Working(options);
      const result = compareNames(first, second);
      working.step(() => ({
        text: {
          zh: '统一全角半角、去除空格、统一间隔号后比较；相同也不能据此合并记录',
          en: 'compared after NFKC, without spaces, with one kind of dot; equal names are no reason to join records',
        },
        article: 'GB/T 13000',
        amount: result,
      }));
      return working.ruled(
        { result },
        {
          rule: 'Names are compared after NFKC, without spaces, with one kind of dot; never a reason to join records',
          article: 'GB/T 13000',
          version: '2010-01-01',
        },
      );
    },
  }),
];
