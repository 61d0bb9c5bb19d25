import { dateText, type CivilDate } from '../calendar/civil-date.js';
import type { Province } from '../divisions/division.js';
import { occupationalInjuryPlaces } from '../generated/occupational-injury-places.js';
import { occupationalInjuryPlatforms } from '../generated/occupational-injury-platforms.js';
import { versionOf } from '../parameters/table.js';
import { Working, type RuleOptions, type Ruled } from '../result.js';

export interface InjuryCoverageQuestion {
  readonly province: Province;
  /** As the platform is called in public; undefined: the place alone is looked at. */
  readonly platform?: string | undefined;
  readonly on: CivilDate;
}

export interface InjuryCoverage {
  readonly covered: boolean;
  readonly reason: 'COVERED' | 'PLACE_NOT_YET' | 'PLATFORM_NOT_YET';
  /** Step of the roll-out in which the place joined; undefined before. */
  readonly step: number | undefined;
}

const ARTICLE = '人社部发〔2021〕110号; 人社部发〔2025〕24号';
/** From this step on every platform of the three trades takes part. */
const ALL_PLATFORMS = 3;

/**
 * 新就业形态人员职业伤害保障: whether a platform's orders in a place are covered on a day. The roll-out went by places and platforms together.
 */
export function injuryCoverage(question: InjuryCoverageQuestion, options: RuleOptions = {}): Ruled<InjuryCoverage> {
  const { province, platform, on } = question;
  const working = new Working(options);
  const place = occupationalInjuryPlaces.at(on, province);
  const figures: InjuryCoverage =
    place === undefined
      ? { covered: false, reason: 'PLACE_NOT_YET', step: undefined }
      : platformTakesPart(platform, on)
        ? { covered: true, reason: 'COVERED', step: place.values.step }
        : { covered: false, reason: 'PLATFORM_NOT_YET', step: place.values.step };
  const byPlan = occupationalInjuryPlaces.at(on)?.values.planned === true;
  if (byPlan && (place?.values.planned === true || (platform !== undefined && !named(platform, on)))) {
    working.provisional('ROLL_OUT_BY_PLAN', {
      zh: '2026 年全面推开依据的是计划，正式文件未核对',
      en: 'the roll-out to all places and platforms follows the plan for 2026; no decree was read',
    });
  }
  working.step(() => ({
    text: {
      COVERED: { zh: `${dateText(on)} 已纳入职业伤害保障`, en: `covered on ${dateText(on)}` },
      PLACE_NOT_YET: { zh: `${dateText(on)} 该地区尚未开展试点`, en: `the place takes no part on ${dateText(on)}` },
      PLATFORM_NOT_YET: { zh: `${dateText(on)} 该平台尚未纳入`, en: `the platform takes no part on ${dateText(on)}` },
    }[figures.reason],
    article: ARTICLE,
  }));
  return working.ruled(figures, {
    rule: 'seven provinces and platforms from July 2022, seventeen and eleven from July 2025, all by plan from July 2026',
    article: ARTICLE,
    version: place === undefined ? occupationalInjuryPlaces.name : versionOf(occupationalInjuryPlaces, place),
  });
}

function platformTakesPart(platform: string | undefined, on: CivilDate): boolean {
  if (platform === undefined || named(platform, on)) return true;
  return (occupationalInjuryPlaces.at(on)?.values.step ?? 0) >= ALL_PLATFORMS;
}

function named(platform: string, on: CivilDate): boolean {
  const name = platform.normalize('NFKC').replace(/\s+/g, '');
  return occupationalInjuryPlatforms.at(on, undefined, (values) => values.platform === name) !== undefined;
}
