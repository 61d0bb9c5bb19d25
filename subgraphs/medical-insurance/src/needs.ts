import type { RecordNeeds } from '@yichuang/kit';

/** Which standard records each field reads. Where only `enrolment` is needed of one person, the platform's 1101 answers. */
export const needs: RecordNeeds = {
  'Medical.enrolments': ['enrolment'],
  'Medical.account': ['enrolment'],
  'Medical.continuousMonths': ['payment'],
  'Medical.payments': ['payment'],
};
