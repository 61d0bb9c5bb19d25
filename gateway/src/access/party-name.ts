import { placeName, type Text } from '@yichuang/rules';
import type { Party } from './principal.js';

/** Code of a province, which is what an office of it is called by; below it more offices may be of the same name. */
const OF_A_PROVINCE = /^\d\d0000$/;

/**
 * What an organisation is called in a sentence: an office by its place (广东社会保险经办机构), everybody else by kind and code, as the registers know
 * them.
 * @param title of its kind in the catalogue
 */
export function partyName({ kind, code }: Party, title: Text = { zh: kind, en: kind }): Text {
  const place = /^\d{6}$/.test(code) ? placeName(code) : undefined;
  if (!place) return { zh: `${title.zh}（${code}）`, en: `${title.en} ${code}` };
  const which = OF_A_PROVINCE.test(code) ? { zh: '', en: '' } : { zh: `（${code}）`, en: ` (${code})` };
  return { zh: `${place.zh}${title.zh}${which.zh}`, en: `${title.en} of ${place.en}${which.en}` };
}
