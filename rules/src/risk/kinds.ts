import { defineKind, type Kind } from '../kind.js';
import { monthText } from '../month.js';
import { LifeRecordInput } from '../record/input.js';
import { lifeRecordFrom } from '../record/read.js';
import { screen } from './screening.js';

export const riskKinds: readonly Kind[] = [
  defineKind({
    kind: 'risk_screening',
    title: { zh: '权益记录风险提示', en: 'Risk hints over a lifetime record' },
    input: LifeRecordInput,
    evaluate(input, options) {
      const ruled = screen(lifeRecordFrom(input), options);
      const { findings, examined, undecided, shortfalls } = ruled.figures;
      return {
        ...ruled,
        figures: {
          codes: [...new Set(findings.map(({ code }) => code))].sort(),
          findings: findings.map(({ months, ...finding }) => ({ ...finding, months: months.map(monthText) })),
          examined,
          undecided,
          shortfalls: shortfalls.map(({ source, mayAdd, undecided: open, text }) => ({
            agency: source.agency,
            ...(source.jurisdiction === undefined ? {} : { jurisdiction: source.jurisdiction }),
            mayAdd,
            undecided: open,
            text,
          })),
        },
      };
    },
  }),
];
