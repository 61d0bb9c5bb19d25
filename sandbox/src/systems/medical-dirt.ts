import type { Life, MedicalEnrolment, World } from '../people/model.js';
import type { DirtEntry } from '../people/tables.js';
import { compactMonth, yuanText } from './medical-rows.js';

const SYSTEM = 'medical-platform';
type Planted = Omit<DirtEntry, 'kind' | 'system' | 'lifeIndex'>;

/** Each kind of dirt: where it would stand in a life; undefined where the life has no place for it. */
const KINDS = {
  FIFTEEN_DIGITS: ({ number }) =>
    number.startsWith('19', 6)
      ? {
          table: 'insuinfo',
          field: 'certno',
          stored: number.slice(0, 6) + number.slice(8, 17),
          clean: number,
          expect: { outcome: 'NORMALISED' },
        }
      : undefined,
  // The graph does not show the platform's copy of the name.
  NAME_PUA: ({ name }) => ({
    table: 'baseinfo',
    field: 'psn_name',
    stored: `${name.slice(0, 1)}\ue0a5`,
    clean: name,
    expect: { outcome: 'KEPT' },
  }),
  DATE_ZEROS: (life) => onEnrolment(lastOf(life.medical), 'psn_insu_date', '0000-00-00', ({ from }) => from, 'DATE_SENTINEL'),
  THOUSANDS_COMMA: (life) => {
    const enrolment = life.medical.find(({ balance = 0 }) => balance >= 1000_00);
    return onEnrolment(enrolment, 'balc', yuanText(enrolment?.balance).replace(/\B(?=(\d{3})+\.)/g, ','), ({ balance }) =>
      yuanText(balance),
    );
  },
  MONTH_13: (life) => {
    const paid = lastOf(life.medical)?.payments.at(-1);
    return (
      paid &&
      onPayment(life, 'accrym', `${paid.month.slice(0, 4)}13`, compactMonth(paid.month), {
        outcome: 'NULL_WITH_FINDING',
        rule: 'MONTH_INVALID',
      })
    );
  },
  BALANCE_TEXT: (life) =>
    onEnrolment(
      life.medical.find(({ balance }) => balance !== undefined),
      'balc',
      '余额异常',
      ({ balance }) => yuanText(balance),
      'YUAN_INVALID',
    ),
  UNKNOWN_CODE: (life) => onEnrolment(lastOf(life.medical), 'insutype', '399', ({ scheme }) => scheme, 'CODE_UNKNOWN'),
  // A second row takes back what was paid for the month, so that nothing is paid for it.
  REVERSED_MONTH: (life) => {
    const paid = lastOf(life.medical)?.payments.at(-1);
    return paid && onPayment(life, 'psnAmt', yuanText(-paid.personal), '', { outcome: 'KEPT' });
  },
} as const satisfies Record<string, (life: Life) => Planted | undefined>;
export type MedicalDirtKind = keyof typeof KINDS;

const TURNS = Object.keys(KINDS) as MedicalDirtKind[];
const EVERY = 25;

/** What is wrong with the data of a life, by its index: every 25th life that has any medical cover. Named personas stay clean. */
export function medicalDirt(world: World): ReadonlyMap<number, MedicalDirtKind> {
  const personas = new Set(world.personas.map(({ life }) => life.number));
  const dirt = new Map<number, MedicalDirtKind>();
  let covered = 0;
  let turn = 0;
  world.lives.forEach((life, index) => {
    if (life.medical.length === 0 || personas.has(life.number) || covered++ % EVERY !== 3) return;
    const next = TURNS.map((_, i) => TURNS[(turn + i) % TURNS.length]).find((kind) => kind && KINDS[kind](life));
    if (!next) return;
    dirt.set(index, next);
    turn = TURNS.indexOf(next) + 1;
  });
  return dirt;
}

/** The dirt of the platform, for tests to know what must be found. Fields are the columns of 1101 and of the agency-side tables. */
export function medicalManifest(world: World): readonly DirtEntry[] {
  const entries: DirtEntry[] = [];
  for (const [lifeIndex, kind] of medicalDirt(world)) {
    const life = world.lives[lifeIndex];
    const planted = life && KINDS[kind](life);
    if (planted) entries.push({ kind, system: SYSTEM, lifeIndex, ...planted });
  }
  return entries;
}

/** Where a kind of dirt stands in a life and what stands there. */
export function plantedIn(life: Life, kind: MedicalDirtKind): Planted | undefined {
  return KINDS[kind](life);
}

/** The key by which an enrolment row is found again. */
export const enrolmentKey = ({ scheme, from }: MedicalEnrolment): string => `${scheme}/${from}`;
/** The key by which a payment row is found again. */
export const paymentKey = ({ scheme }: MedicalEnrolment, month: string): string => `${scheme}/${month}`;

const lastOf = (enrolments: readonly MedicalEnrolment[]): MedicalEnrolment | undefined => enrolments.at(-1);

function onEnrolment(
  enrolment: MedicalEnrolment | undefined,
  field: string,
  stored: string,
  clean: (enrolment: MedicalEnrolment) => string,
  rule?: string,
): Planted | undefined {
  if (!enrolment) return undefined;
  const expect = rule === undefined ? ({ outcome: 'NORMALISED' } as const) : ({ outcome: 'NULL_WITH_FINDING', rule } as const);
  return { table: 'insuinfo', field, rowKey: enrolmentKey(enrolment), stored, clean: clean(enrolment), expect };
}

function onPayment(life: Life, field: string, stored: string, clean: string, expect: DirtEntry['expect']): Planted | undefined {
  const enrolment = lastOf(life.medical);
  const paid = enrolment?.payments.at(-1);
  return enrolment && paid && { table: 'clctinfo', field, rowKey: paymentKey(enrolment, paid.month), stored, clean, expect };
}
