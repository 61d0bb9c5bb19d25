import { defineStore } from 'pinia';
import { ref, watchEffect } from 'vue';

export type Language = 'zh' | 'en';

const KEPT = 'yichuang.look';

/** How the pages look to this reader. Kept in the browser; says nothing about anybody. */
export const usePreferences = defineStore('preferences', () => {
  const kept = readKept();
  const language = ref<Language>(kept.language);
  const elder = ref(kept.elder);

  watchEffect(() => {
    const root = document.documentElement;
    root.lang = language.value === 'zh' ? 'zh-CN' : 'en';
    root.classList.toggle('elder', elder.value);
    localStorage.setItem(KEPT, JSON.stringify({ language: language.value, elder: elder.value }));
  });
  return { language, elder };
});

function readKept(): { readonly language: Language; readonly elder: boolean } {
  try {
    const read = JSON.parse(localStorage.getItem(KEPT) ?? '{}') as { language?: unknown; elder?: unknown };
    return { language: read.language === 'en' ? 'en' : 'zh', elder: read.elder === true };
  } catch {
    return { language: 'zh', elder: false };
  }
}
