import { computed, shallowRef, watch, type ComputedRef } from 'vue';
import { usePreferences } from '../look/preferences.js';
import { zh } from './zh.js';

/** All that the pages say, in one language. */
export type Words = typeof zh;

/** A sentence that the graph gives in both languages. */
export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}

const english = shallowRef<Words>();

/** The words of the reader's language. English is loaded when it is wanted. */
export function useWords(): ComputedRef<Words> {
  const preferences = usePreferences();
  watch(
    () => preferences.language,
    async (language) => {
      if (language === 'en') english.value ??= (await import('./en.js')).en;
    },
    { immediate: true },
  );
  return computed(() => (preferences.language === 'en' ? (english.value ?? zh) : zh));
}

/** Picks the reader's language of what the graph gives a name of its own in each; empty where there is none. */
export function useTitle(): (one: { readonly title: string; readonly titleEn: string } | undefined) => string {
  const preferences = usePreferences();
  return (one) => (preferences.language === 'en' ? one?.titleEn : one?.title) ?? '';
}

/** Picks the reader's language of a sentence of the graph. */
export function useSaid(): (text: { readonly zh: string | null; readonly en: string | null } | null | undefined) => string {
  const preferences = usePreferences();
  return (text) => (preferences.language === 'en' ? (text?.en ?? text?.zh) : (text?.zh ?? text?.en)) ?? '';
}
