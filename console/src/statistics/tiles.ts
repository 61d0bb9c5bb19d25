/** Where a province stands in the picture, and the sign it goes by: 简称, and the letters of ISO 3166-2:CN. */
interface Tile {
  readonly column: number;
  readonly row: number;
  readonly zh: string;
  readonly en: string;
}

const tile = (column: number, row: number, zh: string, en: string): Tile => ({ column, row, zh, en });

/** The 32 pension jurisdictions, roughly where they lie. No map: nothing is said of borders. */
export const TILES: Readonly<Record<string, Tile>> = {
  '230000': tile(8, 1, '黑', 'HL'),
  '650000': tile(1, 2, '新', 'XJ'),
  '660000': tile(2, 2, '兵', 'XC'),
  '150000': tile(6, 2, '蒙', 'NM'),
  '210000': tile(7, 2, '辽', 'LN'),
  '220000': tile(8, 2, '吉', 'JL'),
  '620000': tile(3, 3, '甘', 'GS'),
  '640000': tile(4, 3, '宁', 'NX'),
  '140000': tile(5, 3, '晋', 'SX'),
  '130000': tile(6, 3, '冀', 'HE'),
  '110000': tile(7, 3, '京', 'BJ'),
  '120000': tile(8, 3, '津', 'TJ'),
  '540000': tile(1, 4, '藏', 'XZ'),
  '630000': tile(2, 4, '青', 'QH'),
  '610000': tile(4, 4, '陕', 'SN'),
  '410000': tile(5, 4, '豫', 'HA'),
  '370000': tile(6, 4, '鲁', 'SD'),
  '510000': tile(3, 5, '川', 'SC'),
  '500000': tile(4, 5, '渝', 'CQ'),
  '420000': tile(5, 5, '鄂', 'HB'),
  '340000': tile(6, 5, '皖', 'AH'),
  '320000': tile(7, 5, '苏', 'JS'),
  '310000': tile(8, 5, '沪', 'SH'),
  '530000': tile(3, 6, '云', 'YN'),
  '520000': tile(4, 6, '贵', 'GZ'),
  '430000': tile(5, 6, '湘', 'HN'),
  '360000': tile(6, 6, '赣', 'JX'),
  '330000': tile(7, 6, '浙', 'ZJ'),
  '450000': tile(4, 7, '桂', 'GX'),
  '440000': tile(5, 7, '粤', 'GD'),
  '350000': tile(6, 7, '闽', 'FJ'),
  '460000': tile(4, 8, '琼', 'HI'),
};
