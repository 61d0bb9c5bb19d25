import { computed, type ComputedRef } from 'vue';
import { usePreferences } from '../look/preferences.js';
import { provinceOf } from './places.js';

/** How codes, times and amounts are written for the reader. */
export interface Formats {
  /** The province of a division; the code where there is none. */
  place(division: string | null | undefined): string;
  /** An instant to the minute, in Asia/Shanghai. */
  time(instant: string | null | undefined): string;
  /** The day of an instant, in Asia/Shanghai. */
  day(instant: string | null | undefined): string;
  /** An amount of yuan with its thousands apart. */
  money(amount: string | null | undefined): string;
  /** A label before what it names. */
  before(label: string): string;
  /** Several in a row. */
  list(names: readonly string[]): string;
  /** Something said beside. */
  aside(said: string | number): string;
}

export function useFormats(): ComputedRef<Formats> {
  const preferences = usePreferences();
  return computed(() => {
    const { language } = preferences;
    const chinese = language === 'zh';
    const [locale, timeZone] = [chinese ? 'zh-CN' : 'en-GB', 'Asia/Shanghai'];
    const toMinute = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone });
    const toDay = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone });
    return {
      place: (division) => (division ? (provinceOf(division)?.[language] ?? division) : ''),
      time: (instant) => (instant ? toMinute.format(new Date(instant)) : ''),
      day: (instant) => (instant ? toDay.format(new Date(instant)) : ''),
      money: (amount) => (amount ? amount.replace(/\B(?=(\d{3})+(?=\.|$))/g, ',') : ''),
      before: (label) => (chinese ? `${label}：` : `${label}: `),
      list: (names) => names.join(chinese ? '、' : ', '),
      aside: (said) => (chinese ? `（${said}）` : ` (${said})`),
    };
  });
}
