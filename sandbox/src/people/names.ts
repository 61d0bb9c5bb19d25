import type { Sex } from './model.js';
import type { Rng } from './rng.js';

const SURNAMES = Array.from(
  '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段',
);
const COMPOUND = ['欧阳', '司马', '上官', '诸葛', '令狐'];
const GIVEN: Readonly<Record<Sex, readonly string[]>> = {
  M: Array.from('伟强磊军勇杰涛明超刚平辉鹏飞波斌宇浩凯健俊帆帅旭宁龙林欢阳建华亮成坤志远国栋文博新民德福永康家乐'),
  F: Array.from('芳娜敏静秀丽艳娟霞燕玲桂英雪梅兰凤洁琳红玉萍颖欣蓉婷慧怡晨瑶倩月云莉淑珍春花晓琴雯佳佩'),
};
const RARE = ['𬀩', '㛃', '䶮', '𫖯', '𬭚'];
const MINORITY: Readonly<Record<Sex, readonly string[]>> = {
  M: [
    '买买提·艾合买提',
    '阿卜杜拉·图尔逊',
    '阿不都热合曼·麦麦提吐尔逊',
    '木拉提·哈力克',
    '吐尔洪·依明',
    '吉克·木呷',
    '巴图·孟克',
    '艾力·库尔班',
  ],
  F: [
    '阿依古丽·买买提',
    '古丽娜尔·阿不都热依木',
    '帕提古丽·努尔买买提江',
    '热依汗·艾尼瓦尔',
    '阿孜古丽·吐尔逊',
    '阿依·努尔兰',
    '沙玛·阿各',
    '其木格·乌兰',
  ],
};
const TIBETAN = ['扎西次仁', '格桑卓玛', '达娃央宗', '索朗多吉'];

/** An invented name. Few are a minority's with a middle dot (U+00B7), fewer hold a character outside GBK. */
export function inventName(rng: Rng, sex: Sex, province: string): string {
  const west = province === '650000' || province === '660000';
  if (rng.chance(west ? 0.35 : 0.03)) return rng.pick(MINORITY[sex]);
  if (province === '540000' && rng.chance(0.6)) return rng.pick(TIBETAN);
  const surname = rng.chance(0.01) ? rng.pick(COMPOUND) : rng.pick(SURNAMES);
  const first = rng.chance(0.006) ? rng.pick(RARE) : rng.pick(GIVEN[sex]);
  return surname + first + (rng.chance(0.72) ? rng.pick(GIVEN[sex]) : '');
}
