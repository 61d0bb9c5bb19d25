import type { ViewerRole } from '../generated/console.js';
import type { Words } from '../words/words.js';

/** A page of the menu. */
export interface MenuPage {
  readonly to: string;
  readonly words: keyof Omit<Words['nav'], 'label'>;
}

const FOOTPRINT: MenuPage = { to: '/footprint', words: 'footprint' };

/** The menu of each kind of reader; the first page is where they begin. */
export const MENU: Readonly<Record<ViewerRole, readonly MenuPage[]>> = {
  ANONYMOUS: [],
  CITIZEN: [
    { to: '/record', words: 'record' },
    { to: '/months', words: 'months' },
    { to: '/outlook', words: 'outlook' },
    { to: '/transfers', words: 'transfers' },
    { to: '/findings', words: 'findings' },
    { to: '/consents', words: 'consents' },
    { to: '/access', words: 'access' },
    { to: '/archive', words: 'archive' },
  ],
  CASEWORKER: [{ to: '/desk', words: 'desk' }, { to: '/worklist', words: 'worklist' }, FOOTPRINT],
  EMPLOYER: [{ to: '/hiring', words: 'hiring' }, FOOTPRINT],
  REGULATOR: [FOOTPRINT],
  INTEGRATOR: [FOOTPRINT],
};
