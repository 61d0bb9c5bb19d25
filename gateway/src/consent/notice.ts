import { createHash } from 'node:crypto';
import { canonicalJson } from '@yichuang/schema';
import { partyName } from '../access/party-name.js';
import type { ConsentRequest } from './request.js';
import type { Bilingual, ConsentTerms } from './terms.js';

/** What the person is shown before they decide, and the hash by which they say that they saw just this. */
export interface Notice extends Bilingual {
  /** `sha256:` and the hash of both texts, hexadecimal. */
  readonly hash: string;
}

/** What a person is told of a request: 个人信息保护法 第十七条 and 第二十三条. Undefined where the purpose is no longer in the catalogue. */
export function noticeOf(request: ConsentRequest, terms: ConsentTerms): Notice | undefined {
  const purpose = terms.purpose(request.purpose);
  const scopes = request.scopes.map((name) => ({ name, terms: terms.scope(name) }));
  if (!purpose) return undefined;
  const scope = (language: keyof Bilingual): string =>
    scopes
      .map(({ name, terms: entry }) => {
        const covers = entry?.covers[language] ?? '';
        const tick = entry?.separate === false ? '' : OWN_TICK[language];
        return `- ${entry?.[language] ?? name} (${name})${covers === '' ? '' : `: ${covers}`}${tick}`;
      })
      .join('\n');
  const recipient = partyName(request.recipient, terms.party(request.recipient.kind));
  const { dataRange, validDays, validFrom, maxUses, frequency, dataLifeDays } = request;
  const from = validFrom?.toISOString();
  const zh = [
    `${recipient.zh}请求您同意其为“${purpose.zh}”查询您的下列信息。`,
    purpose.notice.zh,
    scope('zh'),
    `数据期间：${dataRange ? `${dataRange.from ?? '最早'} 至 ${dataRange.to ?? '最近'}` : '不限'}`,
    `有效期：${from === undefined ? '自同意之时起' : `不早于 ${from} 起`} ${validDays} 天`,
    `使用次数：至多 ${maxUses} 次${frequency ? `，每 ${frequency.perDays} 天至多 ${frequency.count} 次` : ''}`,
    `接收方保存期限：至多 ${dataLifeDays} 天，不得再向他人提供`,
    '您可以全部同意、部分同意或者不同意；同意后随时可以撤回，无需说明理由。撤回不影响此前依您同意所作的处理。',
  ];
  const en = [
    `${recipient.en} asks you to let it see the following about you, for: ${purpose.en}.`,
    purpose.notice.en,
    scope('en'),
    `Period of the data: ${dataRange ? `${dataRange.from ?? 'the earliest'} to ${dataRange.to ?? 'the latest'}` : 'no bound'}`,
    `Valid for ${validDays} days from ${from === undefined ? 'your consent' : `${from} at the earliest`}`,
    `Uses: at most ${maxUses}${frequency ? `, and at most ${frequency.count} in any ${frequency.perDays} days` : ''}`,
    `The recipient may keep the data for at most ${dataLifeDays} days and may not hand it on`,
    'You may agree to all, to some or to none of it, and withdraw at any time without giving a reason. What was done before on your consent stays lawful.',
  ];
  const texts = { zh: zh.join('\n'), en: en.join('\n') };
  return { ...texts, hash: sha256(canonicalJson(texts)) };
}

/** `sha256:` and 64 hexadecimal digits. */
export function sha256(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

const OWN_TICK: Bilingual = { zh: '【敏感信息，须单独勾选】', en: ' [sensitive: takes a tick of its own]' };
