import { describe, expect, it } from '@jest/globals';
import { connect } from '../../src/connectors/index.js';
import { composeStatement } from '../../src/connectors/sql-statement.js';

const options = {
  tables: {
    AC01: { from: 'v_ac01', key: { citizen: 'aac002' }, padded: true, columns: ['aac001', 'aac002'] },
    AC43: { from: 'hub.v_ac43', key: { citizen: 'aac002', unit: 'sab010' }, padded: false, columns: ['aae003'] },
    AB01: { from: 'v_ab01', key: { unit: 'sab010' }, padded: false, columns: ['sab010'] },
  },
  divisionColumn: 'aab299',
  rowCap: 10,
};

describe('the statement of a question', () => {
  it('is one for all parts, with keys and jurisdictions as parameters and one row more than allowed', () => {
    expect(composeStatement(options, 'citizen', ['AC01', 'AC43'])).toEqual({
      text:
        'SELECT 0 AS part, json_build_array(aac001, aac002)::text AS line FROM v_ac01 WHERE aac002 = ANY($1::text[]::bpchar[]) AND aab299 = ANY($2::text[])' +
        ' UNION ALL SELECT 1 AS part, json_build_array(aae003)::text AS line FROM hub.v_ac43 WHERE aac002 = ANY($1::text[]) AND aab299 = ANY($2::text[]) LIMIT 11',
      parts: [
        { part: 'AC01', columns: ['AAC001', 'AAC002'] },
        { part: 'AC43', columns: ['AAE003'] },
      ],
    });
  });

  it('leaves out parts that are not kept by that kind of key or not listed at all', () => {
    const text = composeStatement({ ...options, divisionColumn: undefined }, 'unit', [
      'AC01',
      'AC43',
      'AB01',
      'constructor',
      "x'; DROP",
    ])?.text;
    expect(text).toMatch(/^SELECT 0 .* FROM hub\.v_ac43 WHERE sab010 = ANY\(\$1::text\[\]\) UNION ALL SELECT 1 .* FROM v_ab01 /);
    expect(text).not.toContain('v_ac01');
    expect(text).not.toContain('$2');
    expect(composeStatement(options, 'outlet', ['AC01'])).toBeUndefined();
  });
});

describe('the settings of the sql connector', () => {
  const table = { from: 'v_ac43', key: { citizen: 'aac002' }, columns: ['aae003'] };
  it.each([
    ['url', { url: 'mysql://hub:secret@127.0.0.1/x' }],
    ['tables.AC43.from', { tables: { AC43: { ...table, from: 'v_ac43; DROP TABLE x' } } }],
    ['tables.AC43.columns.0', { tables: { AC43: { ...table, columns: ['aae003)--'] } } }],
    ['tables.AC43.key.citizen', { tables: { AC43: { ...table, key: { citizen: 'AAC002 OR 1=1' } } } }],
    ['divisionColumn', { divisionColumn: '"x"' }],
    ['rowLimit', { rowLimit: 5 }],
  ])('fail at start and name %s, whatever stands in it', (name, wrong) => {
    const settings = { url: 'postgres://hub:secret@127.0.0.1:1/x', tables: { AC43: table }, ...wrong };
    const connecting = (): unknown => connect('sql', settings, { id: 'sql-1', jurisdictions: [] });
    expect(connecting).toThrow(`system sql-1: setting ${name} `);
    expect(connecting).not.toThrow('secret');
  });
});
