import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evaluate, evaluateExplained } from '../../src/evaluate.js';

type Json = Readonly<Record<string, unknown>>;
interface Shown {
  readonly codes: readonly string[];
  readonly findings: readonly { readonly code: string; readonly months: readonly string[]; readonly reason: { readonly zh: string } }[];
  readonly undecided: readonly string[];
  readonly shortfalls: readonly {
    readonly mayAdd: readonly string[];
    readonly undecided: readonly string[];
    readonly text: { readonly zh: string };
  }[];
}

const screened = (json: Json): Shown => evaluate('risk_screening', json) as Shown;
const codesOf = (json: Json): readonly string[] => screened(json).codes;
const monthsOf = (json: Json, code: string): readonly string[] =>
  screened(json)
    .findings.filter((finding) => finding.code === code)
    .flatMap(({ months }) => months);

const GUANGDONG = { province: '440000', personal: '480.00', employer: '960.00' };
const HUNAN = { province: '430000', personal: '400.00', employer: '800.00' };

describe('R01', () => {
  it('names the months in which one scheme was paid in two provinces, and none other', () => {
    const segments = [
      { ...GUANGDONG, from: '202301', to: '202306' },
      { ...HUNAN, from: '202305', to: '202312' },
    ];
    expect(monthsOf({ segments }, 'R01')).toEqual(['202305', '202306']);
  });

  it('has nothing to say of two cities of a province, of two schemes, or of a payment that was taken back', () => {
    expect(
      codesOf({
        segments: [
          { ...GUANGDONG, from: '202301', to: '202303', area: '440100' },
          { ...GUANGDONG, from: '202301', to: '202303', area: '440300' },
          { ...HUNAN, from: '202301', to: '202303', scheme: '210' },
          { ...HUNAN, month: '202302' },
          { province: '430000', month: '202302', personal: '-400.00', employer: '-800.00' },
        ],
      }),
    ).not.toContain('R01');
  });
});

describe('R02 and R03', () => {
  const pension = { scheme: '110', province: '430000', from: '202401', state: 'PAYING' };
  it('name contributions to any pension while one is drawn', () => {
    const segments = [{ province: '430000', scheme: '170', from: '202312', to: '202402', personal: '200.00' }];
    expect(monthsOf({ benefits: [pension], segments }, 'R02')).toEqual(['202401', '202402']);
  });

  it('do not guess how long a suspended benefit was drawn', () => {
    const segments = [{ province: '430000', scheme: '170', from: '202401', to: '202402', personal: '200.00' }];
    expect(codesOf({ benefits: [{ ...pension, state: 'SUSPENDED' }], segments })).not.toContain('R02');
  });

  it('name the months of two pensions', () => {
    const other = { scheme: '170', province: '440000', from: '202311', to: '202403' };
    expect(monthsOf({ asOf: '202412', benefits: [pension, other] }, 'R03')).toEqual(['202401', '202402', '202403']);
    expect(codesOf({ asOf: '202412', benefits: [pension, { ...other, to: '202312' }] })).not.toContain('R03');
  });
});

describe('R04', () => {
  it('begins with thirty-six months on one day', () => {
    const segment = { ...GUANGDONG, from: '202101', to: '202312', paidOn: '2023-12-20' };
    expect(monthsOf({ segments: [segment] }, 'R04')).toHaveLength(36);
    expect(codesOf({ segments: [{ ...segment, from: '202102' }] })).not.toContain('R04');
  });

  it('names a month paid more than thirty-six months late, and not one paid after exactly that', () => {
    const month = { ...GUANGDONG, month: '202001' };
    expect(codesOf({ months: [{ ...month, paidOn: '2023-02-01' }] })).toContain('R04');
    expect(codesOf({ months: [{ ...month, paidOn: '2023-01-31' }] })).not.toContain('R04');
  });
});

describe('R05', () => {
  const month = (base: string): Json => ({ months: [{ province: '110000', month: '202509', base, personal: '1.00' }] });
  it('holds a base against the published limits of place and month, bounds included', () => {
    expect(['7161.99', '7162.00', '35811.00', '35811.01'].map((base) => codesOf(month(base)).includes('R05'))).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });

  it('says so where no limits are on file', () => {
    const answer = evaluateExplained('risk_screening', { months: [{ province: '540000', month: '199901', base: '1.00' }] });
    expect('refused' in answer ? [] : answer.provisional.map(({ reason }) => reason)).toContain('BASE_LIMITS_NOT_ON_FILE');
  });
});

describe('R06 and N02', () => {
  const person = { sex: 'M', birthMonth: '196601', hukouProvince: '430000' };
  const first = (month: string, kind: string, province = '440000'): Json => ({
    ...person,
    relations: [{ province, accountKind: kind }],
    months: [{ month, province, personal: '480.00' }],
  });
  it('expect a temporary account from fifty for men, forty for women', () => {
    expect(codesOf(first('201512', 'ORDINARY'))).not.toContain('R06');
    expect(codesOf(first('201601', 'ORDINARY'))).toContain('R06');
    expect(codesOf({ ...first('200602', 'ORDINARY'), sex: 'F' })).not.toContain('R06');
    expect(codesOf({ ...first('201001', 'ORDINARY'), sex: 'F' })).toContain('R06');
  });

  it('leave alone the hukou province, who was insured before 2010, and the temporary account that is due', () => {
    expect(codesOf(first('201601', 'ORDINARY', '430000'))).not.toContain('R06');
    expect(codesOf({ ...first('200912', 'ORDINARY'), birthMonth: '195001' })).not.toContain('R06');
    expect(codesOf(first('201601', 'TEMPORARY'))).toEqual([]);
  });

  it('name a temporary account without cause', () => {
    expect(codesOf(first('201001', 'TEMPORARY'))).toEqual(['N02']);
    expect(codesOf(first('201601', 'TEMPORARY', '430000'))).toEqual(['N02']);
  });
});

describe('R07', () => {
  it('names contributions and benefits after death, and not those of its month', () => {
    const record = {
      deathMonth: '202403',
      segments: [{ ...GUANGDONG, from: '202402', to: '202404' }],
      benefits: [{ scheme: '110', province: '430000', from: '202401', to: '202405' }],
    };
    expect(new Set(monthsOf(record, 'R07'))).toEqual(new Set(['202404', '202405']));
  });

  it('begins work at sixteen and ends it thirty-six months after the statutory month', () => {
    const paid = (month: string, birthMonth: string, sex = 'M'): boolean =>
      codesOf({ sex, birthMonth, months: [{ ...GUANGDONG, month }] }).includes('R07');
    expect([paid('201512', '200001'), paid('201601', '200001')]).toEqual([true, false]);
    const resident = {
      sex: 'M',
      birthMonth: '200001',
      months: [{ province: '440000', scheme: '170', month: '201512', personal: '200.00' }],
    };
    expect(codesOf(resident)).toContain('R07');
    expect(codesOf({ ...resident, birthMonth: '199912' })).not.toContain('R07');
    expect([paid('202807', '196505'), paid('202808', '196505')]).toEqual([false, true]);
    expect(paid('202808', '197501', 'F')).toBe(false);
  });
});

describe('R08, R09 and R11', () => {
  const unit = '91440300MA5EXAMPLE';
  const months = [{ ...GUANGDONG, from: '202401', to: '202406', unit }];
  it('name what a closed unit declared afterwards and a young one before', () => {
    expect(monthsOf({ segments: months, units: [{ unit, state: '4', stateSince: '202404' }] }, 'R08')).toEqual(['202405', '202406']);
    expect(monthsOf({ segments: months, units: [{ unit, state: '1', established: '202403' }] }, 'R08')).toEqual(['202401', '202402']);
    expect(codesOf({ segments: months, units: [{ unit, state: '1', established: '202301' }] })).not.toContain('R08');
  });

  it('name only what was declared lately where nobody says since when the unit is closed', () => {
    expect(monthsOf({ segments: months, units: [{ unit, state: '2' }] }, 'R08')).toEqual(['202404', '202405', '202406']);
    expect(codesOf({ asOf: '202501', segments: months, units: [{ unit, state: '2' }] })).not.toContain('R08');
  });

  it('name the joining of a tiny new unit shortly before retirement', () => {
    const tiny = { unit, established: '202310', insured: 6, insuredShortlyBeforeRetirement: 5 };
    const person = { sex: 'M', birthMonth: '196506' };
    expect(codesOf({ ...person, segments: months, units: [tiny] })).toContain('R09');
    expect(codesOf({ ...person, segments: months, units: [{ ...tiny, insured: 300 }] })).not.toContain('R09');
    expect(codesOf({ ...person, birthMonth: '199006', segments: months, units: [tiny] })).not.toContain('R09');
  });

  it('name an express company whose licence ran out, or whose outlets nobody filed', () => {
    expect(monthsOf({ segments: months, units: [{ unit, express: { licensedUntil: '2024-04-30' } }] }, 'R11')).toEqual([
      '202405',
      '202406',
    ]);
    expect(codesOf({ segments: months, units: [{ unit, express: { licensedUntil: '2029-04-30', unfiledOutlets: 2 } }] })).toContain('R11');
    expect(codesOf({ segments: months, units: [{ unit, express: { licensedUntil: '2029-04-30' } }] })).not.toContain('R11');
  });
});

describe('R10', () => {
  const courier = { trade: 'EXPRESS', province: '440000', from: '202401', to: '202404' };
  it('names the months of work without work-injury insurance or cover', () => {
    const record = {
      engagements: [courier],
      months: [{ province: '440000', month: '202401', scheme: '410', employer: '12.00' }],
      injuryCover: [{ month: '202403' }],
    };
    expect(monthsOf(record, 'R10')).toEqual(['202402', '202404']);
  });

  it('counts only months with activity where the platform says them', () => {
    const rider = { trade: 'INSTANT_DELIVERY', province: '440000', from: '202401', to: '202412', activeMonths: ['202405'] };
    expect(monthsOf({ engagements: [rider] }, 'R10')).toEqual(['202405']);
  });

  it('is left undecided while a register that may hold the cover is missing', () => {
    const answer = screened({ engagements: [courier], missing: [{ agency: 'hrss', jurisdiction: '430000', parts: ['bookings'] }] });
    expect(answer.codes).not.toContain('R10');
    expect(answer.undecided).toEqual(['N01', 'R10']);
    expect(answer.shortfalls[0]?.mayAdd).toContain('R01');
    expect(answer.shortfalls[0]?.text.zh).toMatch(/^缺少人社（湖南.*）的记录：/);
  });
});

describe('R12', () => {
  const cover = { scheme: '310', poolingArea: '440300', from: '202301' };
  it('names the months of two active covers, and not a change in one month', () => {
    const other = { scheme: '390', poolingArea: '430100', from: '202311', to: '202401' };
    expect(monthsOf({ asOf: '202412', medicalCovers: [cover, other] }, 'R12')).toEqual(['202311', '202312', '202401']);
    const [overlap] = screened({ asOf: '202412', medicalCovers: [cover, other] }).findings;
    expect(overlap?.reason.zh).toMatch(/^广东（440300）的职工医保与湖南（430100）的居民医保参保重叠/);
    const changed = [
      { ...cover, to: '202311' },
      { ...other, to: undefined },
    ];
    expect(codesOf({ asOf: '202412', medicalCovers: changed })).not.toContain('R12');
  });

  it('names claims in a gap of more than three months that was paid later', () => {
    const gap = (from: string): Json => ({
      medicalCovers: [
        {
          ...cover,
          to: '202312',
          payments: [{ from, to: '202306', paidOn: '2023-12-01' }],
          claims: ['202305'],
        },
      ],
    });
    expect(monthsOf(gap('202303'), 'R12')).toEqual(['202305']);
    expect(codesOf(gap('202304'))).not.toContain('R12');
  });
});

describe('R13 and R14', () => {
  it('name unemployment benefit while an employer pays, and not while the person pays alone', () => {
    const benefits = [{ scheme: '210', province: '440000', from: '202401', to: '202406' }];
    expect(monthsOf({ benefits, segments: [{ ...GUANGDONG, from: '202406', to: '202408' }] }, 'R13')).toEqual(['202406']);
    const alone = { province: '440000', personal: '800.00', from: '202406', to: '202408' };
    expect(codesOf({ benefits, segments: [alone] })).not.toContain('R13');
  });

  it('name an identity conflict', () => {
    expect(codesOf({ months: [{ ...GUANGDONG, month: '202401' }], identityConflicts: ['TWO_PERSONS_ONE_NUMBER'] })).toEqual(['R14']);
  });
});

describe('The screening', () => {
  const clean = { sex: 'F', birthMonth: '199001', hukouProvince: '430000', segments: [{ ...GUANGDONG, from: '202001', to: '202412' }] };
  it('finds nothing in a clean life', () => {
    expect(screened(clean)).toMatchObject({ codes: [], findings: [], undecided: [] });
  });

  it('names the gap between two stretches of contributions', () => {
    const segments = [
      { ...GUANGDONG, from: '202001', to: '202006' },
      { ...GUANGDONG, from: '202009', to: '202012' },
    ];
    expect(monthsOf({ segments }, 'N01')).toEqual(['202007', '202008']);
  });

  it('tells everybody how to have a finding looked at again, in both languages', () => {
    const answer = evaluateExplained('risk_screening', { ...clean, identityConflicts: ['SEXES_DIFFER'] });
    expect(answer).toMatchObject({
      figures: { findings: [{ code: 'R14', appeal: { zh: expect.stringContaining('行政复议'), en: expect.stringContaining('review') } }] },
      steps: [{ text: { zh: expect.stringContaining('R14') } }],
    });
  });

  it('refuses what cannot be read, naming the field', () => {
    expect(evaluate('risk_screening', { months: [{ ...GUANGDONG, month: '202413' }] })).toMatchObject({
      refused: { code: 'MONTH_INVALID', field: 'months[0].month' },
    });
    expect(evaluate('risk_screening', { months: [{ month: '202412' }] })).toMatchObject({
      refused: { code: 'INPUT_INVALID', field: 'months[0].province' },
    });
  });

  it('finds the same in segments of any order, however they are cut', () => {
    const text = (index: number): string => `${Math.floor(index / 12)}${String((index % 12) + 1).padStart(2, '0')}`;
    const segment = fc
      .record({
        start: fc.integer({ min: 0, max: 120 }),
        length: fc.integer({ min: 1, max: 50 }),
        place: fc.constantFrom('440000', '430000'),
      })
      .map(({ start, length, place }) => ({ start: 24_180 + start, end: 24_180 + start + length - 1, place }));
    const json = (list: readonly { start: number; end: number; place: string }[]): Json => ({
      asOf: '202612',
      sex: 'M',
      birthMonth: '196601',
      hukouProvince: '430000',
      segments: list.map(({ start, end, place }) => ({
        from: text(start),
        to: text(end),
        province: place,
        personal: '480.00',
        base: '6000.00',
      })),
      benefits: [{ scheme: '110', province: '430000', from: '202401' }],
    });
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 40 }), (segments, cut) => {
        const pieces = segments.flatMap(({ start, end, place }) =>
          start + cut <= end
            ? [
                { start: start + cut, end, place },
                { start, end: start + cut - 1, place },
              ]
            : [{ start, end, place }],
        );
        expect(screened(json(pieces))).toEqual(screened(json(segments)));
      }),
      { numRuns: 60 },
    );
  });
});

describe('a rule that nothing in the record lets it apply', () => {
  const UNIT = '91350100M000100Y43';
  const joining = {
    asOf: '202406',
    person: { sex: 'M', birthMonth: '196501' },
    segments: [{ ...GUANGDONG, from: '202401', to: '202405', unit: UNIT }],
  };
  const unit = { unit: UNIT, state: '1', established: '2023-06-01' };
  const of = (json: Json) => evaluate('risk_screening', json) as Shown & { readonly examined: readonly string[] };

  it('is not said to be examined: R09 without the counts of a new unit that the person joined shortly before retirement', () => {
    const screening = of({ ...joining, units: [unit] });
    expect(screening.examined).not.toContain('R09');
    expect(screening.undecided).toContain('R09');
    const answer = evaluateExplained('risk_screening', { ...joining, units: [unit] });
    expect('refused' in answer ? [] : answer.provisional.map(({ reason }) => reason)).toContain('NOT_EXAMINED_R09');
  });

  it('is said to be, where what is known decides it: a large unit, an old one, a person far from retirement, or the counts', () => {
    for (const json of [
      { ...joining, units: [{ ...unit, insured: 400 }] },
      { ...joining, units: [{ ...unit, established: '2010-06-01' }] },
      { ...joining, person: { sex: 'M', birthMonth: '199001' }, units: [unit] },
      { ...joining, units: [{ ...unit, insured: 6, insuredShortlyBeforeRetirement: 1 }] },
    ])
      expect(of(json).examined).toContain('R09');
    const found = of({ ...joining, units: [{ ...unit, insured: 6, insuredShortlyBeforeRetirement: 4 }] });
    expect([found.codes, found.examined.includes('R09')]).toEqual([expect.arrayContaining(['R09']), true]);
  });

  it.each([
    ['R06', { segments: joining.segments, relations: [{ ...GUANGDONG, scheme: '110', firstMonth: '202401' }] }],
    ['N02', { segments: joining.segments }],
    ['R07', { segments: joining.segments }],
    ['R08', { segments: joining.segments, person: joining.person }],
  ])('is undecided: %s where birth, sex, hukou or the state of the unit is not known', (code, json) => {
    expect(of(json).undecided).toContain(code);
    const whole = {
      ...json,
      person: { sex: 'F', birthMonth: '199001', hukou: '440000' },
      units: [unit],
    };
    expect(of(whole).examined).toContain(code);
  });
});
