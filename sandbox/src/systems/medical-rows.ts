import type { Life, MedicalEnrolment } from '../people/model.js';

/** A row as the platform writes it: everything is text, '' where it holds nothing. */
export type MedicalRow = Readonly<Record<string, string>>;
type Payment = MedicalEnrolment['payments'][number];

const STATES = { NORMAL: '1', PAUSED: '2', ENDED: '3' } as const;
const SEXES = { M: '1', F: '2' } as const;

/** Yuan with two places of an amount in fen; '' where there is none. */
export const yuanText = (fen: number | undefined): string => (fen === undefined ? '' : (fen / 100).toFixed(2));
/** accrym: yyyyMM. */
export const compactMonth = (month: string): string => month.replace('-', '');

/** baseinfo of 1101. */
export function baseinfoRow(life: Life, today: string): MedicalRow {
  return {
    psn_no: life.medical[0]?.psnNo ?? '',
    psn_cert_type: '01',
    certno: life.number,
    psn_name: life.name,
    gend: SEXES[life.sex],
    naty: '01',
    brdy: life.birthDate,
    age: `${ageOn(life, today)}.0`,
  };
}

/** insuinfo of 1101, which does not name the person again. */
export function insuinfoRow(life: Life, enrolment: MedicalEnrolment, today: string): MedicalRow {
  return {
    balc: yuanText(enrolment.balance),
    insutype: enrolment.scheme,
    psn_type: personType(life, enrolment, today),
    psn_insu_stas: STATES[enrolment.state],
    psn_insu_date: enrolment.from,
    paus_insu_date: enrolment.to ?? '',
    cvlserv_flag: '0',
    insuplc_admdvs: enrolment.poolingArea,
    emp_name: enrolment.employerName ?? '',
  };
}

/** A row of clctInfo, the agency's table of payments. Residents pay for a year at once. */
export function clctinfoRow(life: Life, enrolment: MedicalEnrolment, payment: Payment): MedicalRow {
  return {
    psnNo: enrolment.psnNo,
    certno: life.number,
    insutype: enrolment.scheme,
    poolareaNo: enrolment.poolingArea,
    accrym: compactMonth(payment.month),
    expiYm: enrolment.scheme === '390' ? `${payment.month.slice(0, 4)}12` : compactMonth(payment.month),
    clctstd: yuanText(payment.base),
    psnAmt: yuanText(payment.personal),
    empAmt: yuanText(payment.employer),
    arrvDate: payment.paidOn,
    empName: payment.employerName ?? '',
  };
}

/** How the agency's tables name the columns of insuinfo, in its older camel case. */
const AGENCY_SIDE: Readonly<Record<string, string>> = {
  balc: 'balc',
  insutype: 'insutype',
  psn_type: 'psnType',
  psn_insu_stas: 'psnInsuStas',
  psn_insu_date: 'crtInsuDate',
  paus_insu_date: 'pausInsuDate',
  insuplc_admdvs: 'poolareaNo',
  emp_name: 'empName',
};

/** The same enrolment as a row of insuInfo, the agency's table. */
export function agencySideRow(baseinfo: MedicalRow, insuinfo: MedicalRow): MedicalRow {
  const row: Record<string, string> = { psnNo: baseinfo['psn_no'] ?? '', certno: baseinfo['certno'] ?? '' };
  for (const [column, text] of Object.entries(insuinfo)) {
    const own = AGENCY_SIDE[column];
    if (own !== undefined) row[own] = text;
  }
  return row;
}

/** psn_type: two digits, or four in places that tell finer kinds apart. */
function personType(life: Life, { personType: kind, poolingArea, psnNo }: MedicalEnrolment, today: string): string {
  const finer = Number(psnNo.slice(-1)) % 2 === 1;
  if (kind === 'WORKING') return finer ? '1101' : '11';
  if (kind === 'RETIRED') return finer ? '1201' : '12';
  const age = ageOn(life, today);
  const group = age < 18 ? '14' : age < 60 ? '15' : '16';
  return finer ? `${group}${Number(poolingArea.slice(2, 4)) % 2 === 0 ? '03' : '01'}` : group;
}

function ageOn(life: Life, today: string): number {
  const years = Number(today.slice(0, 4)) - Number(life.birthDate.slice(0, 4));
  return today.slice(5) < life.birthDate.slice(5) ? years - 1 : years;
}
