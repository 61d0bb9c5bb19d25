import { shallowRef } from 'vue';
import { createRouter, createWebHistory, type RouteLocation, type RouteRecordRaw } from 'vue-router';
import { viewerDocument, type ViewerRole } from '../generated/console.js';
import { askOnce } from '../graph/question.js';
import { useSession, wasSignedIn } from '../sign-in/session.js';
import { menuOf } from './pages.js';
import WelcomePage from './WelcomePage.vue';

declare module 'vue-router' {
  interface RouteMeta {
    /** Who has such a page; everybody where it is absent. */
    readonly roles?: readonly ViewerRole[];
  }
}

const OFFICIALS: readonly ViewerRole[] = ['CASEWORKER', 'EMPLOYER', 'REGULATOR', 'INTEGRATOR'];
const citizen = { roles: ['CITIZEN'] } as const;

const routes: RouteRecordRaw[] = [
  { path: '/', component: WelcomePage },
  { path: '/callback', component: WelcomePage },
  { path: '/record', component: () => import('../window/RecordPage.vue'), meta: citizen },
  { path: '/months', component: () => import('../months/MonthsPage.vue'), meta: citizen },
  { path: '/outlook', component: () => import('../outlook/OutlookPage.vue'), meta: citizen },
  { path: '/transfers', component: () => import('../transfers/TransfersPage.vue'), meta: citizen },
  { path: '/transfers/apply', component: () => import('../transfers/ApplyPage.vue'), meta: citizen },
  { path: '/transfers/case', component: () => import('../transfers/CasePage.vue'), meta: citizen },
  { path: '/progress', component: () => import('../transfers/ProgressPage.vue') },
  { path: '/findings', component: () => import('../findings/FindingsPage.vue'), meta: citizen },
  { path: '/consents', component: () => import('../consent/ConsentsPage.vue'), meta: citizen },
  { path: '/access', component: () => import('../access-log/AccessPage.vue'), meta: citizen },
  { path: '/archive', component: () => import('../archive/ArchivePage.vue'), meta: citizen },
  { path: '/worklist', component: () => import('../worklist/WorklistPage.vue'), meta: { roles: ['CASEWORKER'] } },
  { path: '/worklist/case', component: () => import('../worklist/TaskPage.vue'), meta: { roles: ['CASEWORKER'] } },
  { path: '/worklist/collective', component: () => import('../worklist/CollectivePage.vue'), meta: { roles: ['CASEWORKER'] } },
  { path: '/desk', component: () => import('../caseworker/DeskPage.vue'), meta: { roles: ['CASEWORKER', 'REGULATOR'] } },
  { path: '/cases', component: () => import('../caseworker/CasesPage.vue'), meta: { roles: ['CASEWORKER', 'REGULATOR'] } },
  { path: '/to-look-at', component: () => import('../findings/ToLookAtPage.vue'), meta: { roles: ['CASEWORKER'] } },
  { path: '/family', component: () => import('../family/FamilyPage.vue'), meta: citizen },
  { path: '/hiring', component: () => import('../employer/HiringPage.vue'), meta: { roles: ['EMPLOYER'] } },
  { path: '/enterprise', component: () => import('../enterprise/EnterprisePage.vue'), meta: { roles: ['REGULATOR'] } },
  { path: '/statistics', component: () => import('../statistics/StatisticsPage.vue'), meta: { roles: ['CASEWORKER', 'REGULATOR'] } },
  { path: '/footprint', component: () => import('../access-log/FootprintPage.vue'), meta: { roles: OFFICIALS } },
  { path: '/:rest(.*)*', component: () => import('./NotFoundPage.vue') },
];

export const router = createRouter({
  history: createWebHistory(import.meta.env.BASE_URL),
  routes,
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
});

/** The address of a page whose script could not be loaded: the connection is lost, or the pages are newer than those that are open. */
export const unloaded = shallowRef<string>();
router.onError((_error, to: RouteLocation) => {
  unloaded.value = router.resolve(to.fullPath).href;
});
router.afterEach(() => {
  unloaded.value = undefined;
});

router.beforeEach(async (to) => {
  const session = useSession();
  if (to.path === '/callback') {
    const returned = await session.takeUp(new URLSearchParams(location.search));
    // The address with the code in it leaves no trace in the history.
    if (!returned.ok) return { path: '/', query: { failed: '' }, replace: true };
    const { path, query } = router.resolve(returned.to);
    return { path, query, replace: true, state: returned.case === undefined ? {} : { case: returned.case } };
  }
  const { roles } = to.meta;
  const needsSomebody = roles !== undefined;
  if (!session.signedIn && !session.expired && wasSignedIn() && (needsSomebody || to.path === '/')) {
    // The page was loaded anew and its memory is gone; the provider remembers.
    const left = await session.signIn(to.fullPath, 'RESUME').then(
      () => true,
      () => false,
    );
    return left ? false : { path: '/', query: { unavailable: '' } };
  }
  if (session.signedIn && !session.viewer) {
    const { data } = await askOnce(viewerDocument, {});
    session.viewer = data?.viewer ?? undefined;
  }
  const role = session.viewer?.role ?? 'ANONYMOUS';
  const first = menuOf(session.viewer)[0]?.to;
  if (to.path === '/' && first !== undefined && session.signedIn) return first;
  if (roles && !roles.includes(role)) return first ?? '/';
  return true;
});
