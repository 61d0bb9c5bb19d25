import type { RecordPart } from '@yichuang/rules';

/** A piece of the record: what opens it, who holds it, where it stands below the person, and what is asked of it. */
export interface Piece {
  /** Of which parts of the record it is. */
  readonly parts: readonly RecordPart[];
  readonly scope: string;
  readonly agency: string;
  /** From the person down; the last is the field itself. */
  readonly path: readonly string[];
  readonly selection?: string;
  /** Its rows come in pages. */
  readonly paged?: true;
  /** For the archive only: no rule reads it. */
  readonly archiveOnly?: true;
}

const PROVENANCE = 'provenance { agency system jurisdiction asOf freshness quality { field rule } }';
/** What is published of a unit: its state, its age, and for express companies the licence. */
const UNIT = 'enterprise { creditCode name state established expressLicence { validTo state } }';
const RELATION = `{ scheme jurisdiction poolingArea personNumber accountKind state insuredAs firstMonth lastMonth monthsActual monthsDeemed ${PROVENANCE} }`;
const BENEFIT = `{ scheme jurisdiction state from to monthlyAmount ${PROVENANCE} }`;
const AMOUNTS = '{ before1998 balance principal account pool total }';
const ROWS = `{ pageInfo { hasNextPage endCursor } edges { node { scheme month base personal employer credited paidOn jurisdiction unitName ${UNIT} ${PROVENANCE} } } }`;

const TRANSFER = `{
      number kind scheme accountKind source target state ground { reason article } ending { to reason } appliedAt changedAt endedAt
      figures { month moneyMoves source ${AMOUNTS} paid ${AMOUNTS} received ${AMOUNTS} article } ${PROVENANCE} }`;

/** Everything of a person that the graph holds, piece by piece. */
export const PIECES: readonly Piece[] = [
  {
    parts: ['person'],
    scope: 'identity.person:read',
    agency: 'hrss',
    path: ['identity'],
    selection: `{ name sex birthDate hukou alive diedOn ${PROVENANCE} }`,
  },
  {
    parts: [],
    scope: 'identity.card:read',
    agency: 'hrss',
    path: ['socialCard'],
    selection: `{ number issuer state ${PROVENANCE} }`,
    archiveOnly: true,
  },
  { parts: [], scope: 'identity.jurisdictions:read', agency: 'hrss', path: ['jurisdictions'], archiveOnly: true },
  { parts: ['relations'], scope: 'pension.relations:read', agency: 'hrss', path: ['pension', 'relations'], selection: RELATION },
  {
    parts: ['bookings'],
    scope: 'pension.contributions:read',
    agency: 'hrss',
    path: ['pension', 'contributions'],
    selection: ROWS,
    paged: true,
  },
  {
    parts: ['accounts'],
    scope: 'pension.account:read',
    agency: 'hrss',
    path: ['pension', 'account'],
    selection: `{ balance principal interest parts { scheme jurisdiction balance principal interest years { year months credited interest balance } ${PROVENANCE} } }`,
    archiveOnly: true,
  },
  { parts: ['benefits'], scope: 'pension.benefit:read', agency: 'hrss', path: ['pension', 'benefits'], selection: BENEFIT },
  { parts: ['relations'], scope: 'unemployment.relations:read', agency: 'hrss', path: ['unemployment', 'relations'], selection: RELATION },
  {
    parts: ['bookings'],
    scope: 'unemployment.contributions:read',
    agency: 'hrss',
    path: ['unemployment', 'contributions'],
    selection: ROWS,
    paged: true,
  },
  { parts: ['benefits'], scope: 'unemployment.benefit:read', agency: 'hrss', path: ['unemployment', 'benefits'], selection: BENEFIT },
  { parts: ['relations'], scope: 'injury.relations:read', agency: 'hrss', path: ['occupationalInjury', 'relations'], selection: RELATION },
  {
    parts: ['bookings'],
    scope: 'injury.contributions:read',
    agency: 'hrss',
    path: ['occupationalInjury', 'contributions'],
    selection: ROWS,
    paged: true,
  },
  {
    parts: [],
    scope: 'injury.benefit:read',
    agency: 'hrss',
    path: ['occupationalInjury', 'benefits'],
    selection: BENEFIT,
    archiveOnly: true,
  },
  {
    parts: [],
    scope: 'transfer.progress:read',
    agency: 'hrss',
    path: ['transfers'],
    selection: TRANSFER,
    archiveOnly: true,
  },
  {
    parts: [],
    scope: 'medical.transfers:read',
    agency: 'medical-insurance',
    path: ['medicalTransfers'],
    selection: TRANSFER,
    archiveOnly: true,
  },
  {
    parts: ['injuryCover'],
    scope: 'injury.platform:read',
    agency: 'hrss',
    path: ['occupationalInjury', 'platformCover'],
    selection: `{ platformName month days orders paid jurisdiction platform { creditCode } ${PROVENANCE} }`,
  },
  {
    parts: ['employments'],
    scope: 'employment.registered:read',
    agency: 'hrss',
    path: ['employments'],
    selection: `{ employerName from to kind jurisdiction ${UNIT} ${PROVENANCE} }`,
    archiveOnly: true,
  },
  {
    parts: ['engagements'],
    scope: 'employment.platform:read',
    agency: 'market-regulation',
    path: ['platformWork'],
    selection: `{ platformName trade division from to months { month activeDays orders } enterprise { creditCode name } ${PROVENANCE} }`,
  },
  {
    parts: ['engagements'],
    scope: 'employment.courier:read',
    agency: 'postal',
    path: ['courierWork'],
    selection: `{ filingNumber from to outlet { filingNumber name division } ${UNIT} ${PROVENANCE} }`,
  },
  {
    parts: [],
    scope: 'enterprise.businesses:read',
    agency: 'market-regulation',
    path: ['businesses'],
    selection: '{ creditCode name state }',
    archiveOnly: true,
  },
  {
    parts: ['medicalCovers'],
    scope: 'medical.enrolments:read',
    agency: 'medical-insurance',
    path: ['medical', 'enrolments'],
    selection: `{ scheme poolingArea state personType from to employerName ${PROVENANCE} }`,
  },
  {
    parts: [],
    scope: 'medical.account:read',
    agency: 'medical-insurance',
    path: ['medical', 'account'],
    selection: `{ balance parts { poolingArea scheme balance ${PROVENANCE} } }`,
    archiveOnly: true,
  },
  {
    parts: ['medicalCovers'],
    scope: 'medical.payments:read',
    agency: 'medical-insurance',
    path: ['medical', 'payments'],
    selection: `{ pageInfo { hasNextPage endCursor } edges { node { scheme poolingArea month base personal employer paidOn employerName ${PROVENANCE} } } }`,
    paged: true,
  },
];

/** Response keys at which facts of units begin, wherever they stand. */
export const UNIT_KEYS: ReadonlySet<string> = new Set(['enterprise', 'platform']);
