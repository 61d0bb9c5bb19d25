import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { viewerQuery } from '../generated/console.js';
import { newChallenge, randomText } from './pkce.js';
import { discover, exchange, readSettings, type Provider, type Settings } from './provider.js';

export type Viewer = NonNullable<viewerQuery['viewer']>;

/** What must outlive the way to the provider and back: nothing in it opens anything without the code. */
interface UnderWay {
  readonly state: string;
  readonly verifier: string;
  /** Where to go on, within the console. */
  readonly to: string;
  /** The case the page is about, which stands in no address. */
  readonly case?: string | undefined;
}

const UNDER_WAY = 'yichuang.sign-in';
/** Says that somebody had signed in in this tab, so that loading the page again asks the provider at once. */
const SIGNED_IN = 'yichuang.signed-in';
const STEP_UP = 'urn:yichuang:acr:step-up';

/** Tabs of one browser: who signs out of one has signed out of all, as they would expect at a counter that others use after them. */
const TABS = 'yichuang.tabs';

export type Returned = { readonly ok: true; readonly to: string; readonly case: string | undefined } | { readonly ok: false };

/**
 * Who has signed in. The access token lives in this page's memory and nowhere else: whoever loads the page again is sent to the provider,
 * whose own session says who they are.
 */
export const useSession = defineStore('session', () => {
  const token = shallowRef<string>();
  const viewer = shallowRef<Viewer>();
  const expired = ref(false);
  let provider: Promise<{ readonly settings: Settings; readonly provider: Provider }> | undefined;
  let warning: ReturnType<typeof setTimeout> | undefined;

  const signedIn = computed(() => token.value !== undefined);

  function known(): Promise<{ readonly settings: Settings; readonly provider: Provider }> {
    provider ??= readSettings().then(async (settings) => ({ settings, provider: await discover(settings.issuer) }));
    // What failed is tried again.
    provider.catch(() => {
      provider = undefined;
    });
    return provider;
  }

  /**
   * Leaves for the provider's page.
   * @param to address within the console to come back to
   * @param how `CHOOSE`: asks who it is, whatever the provider remembers; `STEP_UP`: has them proved anew; `RESUME`: takes who is there
   */
  async function signIn(to: string, how: 'CHOOSE' | 'STEP_UP' | 'RESUME'): Promise<void> {
    const { settings, provider: found } = await known();
    const { verifier, challenge } = await newChallenge();
    const state = randomText();
    sessionStorage.setItem(UNDER_WAY, JSON.stringify({ state, verifier, to, case: caseOfPage() } satisfies UnderWay));
    const address = new URL(found.authorizationEndpoint);
    address.search = new URLSearchParams({
      response_type: 'code',
      client_id: settings.clientId,
      redirect_uri: redirectUri(),
      scope: 'openid window',
      state,
      code_challenge: challenge,
      code_challenge_method: 'S256',
      ...(how === 'RESUME' ? {} : { prompt: 'login' }),
      ...(how === 'STEP_UP' ? { acr_values: STEP_UP } : {}),
    }).toString();
    location.assign(address);
  }

  /** Comes back from the provider. What does not belong to a sign-in that began in this tab is not looked at. */
  async function takeUp(parameters: URLSearchParams): Promise<Returned> {
    const begun = readUnderWay();
    sessionStorage.removeItem(UNDER_WAY);
    const code = parameters.get('code');
    if (!begun || code === null || parameters.get('state') !== begun.state) return { ok: false };
    try {
      const { settings, provider: found } = await known();
      // RFC 9207: the answer is of the provider that was asked.
      if ((parameters.get('iss') ?? settings.issuer) !== settings.issuer) return { ok: false };
      const issued = await exchange(found, { clientId: settings.clientId, code, verifier: begun.verifier, redirectUri: redirectUri() });
      token.value = issued.accessToken;
      expired.value = false;
      sessionStorage.setItem(SIGNED_IN, 'yes');
      clearTimeout(warning);
      warning = setTimeout(expire, issued.lifetime * 1000);
      return { ok: true, to: begun.to, case: begun.case };
    } catch {
      return { ok: false };
    }
  }

  /** The token no longer counts. What is on the screen stays until they sign in again. */
  function expire(): void {
    token.value = undefined;
    expired.value = true;
  }

  const tabs = new BroadcastChannel(TABS);
  tabs.onmessage = leave;
  function signOut(): void {
    leave();
    tabs.postMessage('signed-out');
  }
  function leave(): void {
    sessionStorage.removeItem(SIGNED_IN);
    clearTimeout(warning);
    token.value = undefined;
    viewer.value = undefined;
    expired.value = false;
  }

  return { token, viewer, expired, signedIn, signIn, takeUp, expire, signOut };
});

/** True where somebody had signed in in this tab before the page was loaded. */
export function wasSignedIn(): boolean {
  return sessionStorage.getItem(SIGNED_IN) !== null;
}

/** The number of the case a page is about: beside its address in the history of this tab, so that loading anew and going back find it. */
export function caseOfPage(): string | undefined {
  const { case: number } = (history.state ?? {}) as { case?: unknown };
  return typeof number === 'string' ? number : undefined;
}

function redirectUri(): string {
  return new URL(`${import.meta.env.BASE_URL}callback`, location.origin).href;
}

function readUnderWay(): UnderWay | undefined {
  try {
    const read: unknown = JSON.parse(sessionStorage.getItem(UNDER_WAY) ?? 'null');
    if (typeof read !== 'object' || read === null) return undefined;
    const { state, verifier, to, case: number } = read as Partial<Record<keyof UnderWay, unknown>>;
    if (typeof state !== 'string' || typeof verifier !== 'string' || typeof to !== 'string') return undefined;
    return { state, verifier, to, case: typeof number === 'string' ? number : undefined };
  } catch {
    return undefined;
  }
}
