import { DIRT_KINDS, plant } from './dirt-kinds.js';
import { PERSONA_DIRT } from './dirt-on-personas.js';
import { RegisterIndex, nullWith, REPAIRED, Spot, KEPT, type Expectation } from './dirt-spot.js';
import { JURISDICTIONS } from './jurisdictions.js';
import type { World } from './model.js';
import type { MinistryDraft, RegisterDraft } from './register-draft.js';
import type { DirtEntry } from './tables.js';

/** Legacy system id of the ministry's registers. */
export const MINISTRY_SYSTEM = 'hrss-ministry';

/** In a jurisdiction, each kind it gets hits one in so many people, and at least one. */
const ONE_IN = 600;

/**
 * Plants dirt in one jurisdiction's register: on the personas whose story it is, then sprinkled over generated people, never two kinds
 * on one person. Every kind reaches two jurisdictions of each dialect.
 * @param residents indices of the lives that the register holds.
 */
export function plantInRegister(draft: RegisterDraft, world: World, residents: readonly number[]): readonly DirtEntry[] {
  const index = new RegisterIndex(draft);
  const manifest: DirtEntry[] = [];
  const spotOf = (lifeIndex: number): Spot | undefined => {
    const life = world.lives[lifeIndex];
    return life && new Spot(index, life, lifeIndex, world.personas[lifeIndex]?.key, world.month);
  };
  for (const lifeIndex of residents) {
    const planter = PERSONA_DIRT[world.personas[lifeIndex]?.key ?? '']?.[draft.jurisdiction];
    const spot = planter && spotOf(lifeIndex);
    if (spot) manifest.push(...planter(spot));
  }
  // Somebody with several jurisdictions is spoilt in the first only, so that the registers can be made in any order.
  const free = new Set(
    residents.filter((i) => i >= world.personas.length && world.lives[i]?.relations[0]?.jurisdiction === draft.jurisdiction),
  );
  const position = JURISDICTIONS.findIndex(({ code }) => code === draft.jurisdiction);
  DIRT_KINDS.forEach(([kind], k) => {
    if ((k + position) % 4 !== 0) return;
    let wanted = Math.max(1, Math.floor(residents.length / ONE_IN));
    for (const lifeIndex of free) {
      if (wanted === 0) break;
      const spot = spotOf(lifeIndex);
      const planted = spot ? plant(kind, spot) : [];
      if (planted.length === 0) continue;
      free.delete(lifeIndex);
      manifest.push(...planted);
      wanted--;
    }
  });
  return manifest;
}

type PersonField = Exclude<keyof MinistryDraft['PERSON'][number], 'AAC002'>;

interface MinistryFault {
  readonly kind: string;
  readonly field: PersonField;
  readonly expect: Expectation;
  /** Undefined where the person has no such field. */
  readonly spoil: (clean: string) => string | undefined;
}

const MINISTRY_FAULTS: readonly MinistryFault[] = [
  { kind: 'DATE_19000101', field: 'AAC006', expect: nullWith('DATE_SENTINEL'), spoil: () => '19000101' },
  { kind: 'DATE_ZEROS', field: 'AAE138', expect: nullWith('DATE_SENTINEL'), spoil: (clean) => (clean === '' ? '00000000' : undefined) },
  { kind: 'DATE_99991231', field: 'AAE138', expect: REPAIRED, spoil: (clean) => (clean === '' ? '99991231' : undefined) },
  { kind: 'DATE_20230229', field: 'AAC006', expect: nullWith('DATE_INVALID'), spoil: () => '20230229' },
  { kind: 'NAME_PUA', field: 'AAC003', expect: nullWith('NAME_UNREADABLE'), spoil: (clean) => `${clean.slice(0, 1)}\ue0a5` },
  { kind: 'NAME_QUESTION_MARK', field: 'AAC003', expect: nullWith('NAME_UNREADABLE'), spoil: (clean) => `${clean.slice(0, 1)}?` },
  { kind: 'SPACES_AROUND', field: 'AAC003', expect: REPAIRED, spoil: (clean) => ` ${clean}\u3000` },
  { kind: 'NAME_DOTS', field: 'AAC003', expect: REPAIRED, spoil: (clean) => (clean.includes('·') ? clean.replace('·', '．') : undefined) },
  { kind: 'UNKNOWN_CODE', field: 'AAC004', expect: nullWith('CODE_UNKNOWN'), spoil: () => '7' },
  {
    kind: 'OLD_DIVISION',
    field: 'AAC301',
    expect: KEPT,
    spoil: (clean) => ({ '11': '110103', '31': '310103', '34': '341400', '37': '371200' })[clean.slice(0, 2)],
  },
];

/** Plants dirt in the ministry's register of persons: one fault of each kind for every two thousand people, never on a persona. */
export function plantInMinistry(draft: MinistryDraft, world: World): readonly DirtEntry[] {
  const manifest: DirtEntry[] = [];
  const rounds = Math.max(1, Math.floor(world.lives.length / 2000));
  const step = MINISTRY_FAULTS.length + 1;
  MINISTRY_FAULTS.forEach((fault, f) => {
    let wanted = rounds;
    for (let i = world.personas.length + f; i < draft.PERSON.length && wanted > 0; i += step) {
      const row = draft.PERSON[i];
      const stored = row && fault.spoil(row[fault.field]);
      if (!row || stored === undefined) continue;
      const clean = row[fault.field];
      row[fault.field] = stored;
      manifest.push({
        kind: fault.kind,
        system: MINISTRY_SYSTEM,
        lifeIndex: i,
        table: 'PERSON',
        field: fault.field,
        stored,
        clean,
        expect: fault.expect,
      });
      wanted--;
    }
  });
  return manifest;
}
