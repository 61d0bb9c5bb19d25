import { purposesOfPersons } from '../caseworker/purposes.js';
import type { ViewerRole } from '../generated/console.js';
import type { Viewer } from '../sign-in/session.js';
import type { Words } from '../words/words.js';

/** A page of the menu. */
export interface MenuPage {
  readonly to: string;
  readonly words: keyof Omit<Words['nav'], 'label' | 'menu'>;
  /** Who of the role has it; all of them where it is absent. */
  readonly when?: (viewer: Viewer) => boolean;
}

const asksAboutPersons = (viewer: Viewer): boolean => purposesOfPersons(viewer).length > 0;
const seesFindings = ({ purposes }: Viewer): boolean =>
  purposes.some(({ rights, missing }) => [...rights, ...missing].some(({ scope }) => scope === 'risk.findings:read'));

const DESK: MenuPage = { to: '/desk', words: 'desk', when: asksAboutPersons };
const CASES: MenuPage = { to: '/cases', words: 'cases', when: asksAboutPersons };
const STATISTICS: MenuPage = { to: '/statistics', words: 'statistics' };
const FOOTPRINT: MenuPage = { to: '/footprint', words: 'footprint' };

/** The menu of each kind of reader; the first page is where they begin. */
const MENU: Readonly<Record<ViewerRole, readonly MenuPage[]>> = {
  ANONYMOUS: [],
  CITIZEN: [
    { to: '/record', words: 'record' },
    { to: '/months', words: 'months' },
    { to: '/outlook', words: 'outlook' },
    { to: '/transfers', words: 'transfers' },
    { to: '/findings', words: 'findings' },
    { to: '/consents', words: 'consents' },
    { to: '/family', words: 'family' },
    { to: '/access', words: 'access' },
    { to: '/archive', words: 'archive' },
  ],
  CASEWORKER: [
    DESK,
    { to: '/worklist', words: 'worklist' },
    CASES,
    { to: '/to-look-at', words: 'toLookAt', when: seesFindings },
    STATISTICS,
    FOOTPRINT,
  ],
  EMPLOYER: [{ to: '/hiring', words: 'hiring' }, FOOTPRINT],
  REGULATOR: [{ to: '/enterprise', words: 'enterprise' }, DESK, CASES, STATISTICS, FOOTPRINT],
  INTEGRATOR: [FOOTPRINT],
};

/** The pages of a reader. */
export function menuOf(viewer: Viewer | undefined): readonly MenuPage[] {
  return viewer ? MENU[viewer.role].filter(({ when }) => when?.(viewer) ?? true) : [];
}
