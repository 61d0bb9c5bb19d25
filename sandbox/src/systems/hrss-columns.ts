import type { Register, TableName } from '../people/tables.js';

/** The columns of each table of a core system, in their order. */
export const TABLE_COLUMNS: { readonly [Table in TableName]: readonly (keyof Register[Table][number])[] } = {
  AC01: ['AAC001', 'AAC002', 'AAC003', 'AAC004', 'AAC006', 'AAC060', 'AAE138'],
  AC02: ['AAC001', 'AAC002', 'AAE140', 'AAC031', 'AAE473', 'AAC066', 'AAC049', 'AAE042', 'AAE201', 'AAE200', 'AAA027', 'AAB301'],
  AC43: ['AAC001', 'AAC002', 'AAE140', 'AAE003', 'AAE180', 'AAE020', 'AAE022', 'AAE381', 'AAB191', 'AAB001', 'SAB010', 'AAE044'],
  SC51: ['AAC001', 'AAC002', 'AAE140', 'AAE001', 'AAE202', 'AAE381', 'AAE269', 'AAE382'],
  SC61: ['AAC001', 'AAC002', 'AAE140', 'AAE116', 'AAE041', 'AAE042', 'AAE129'],
  SC70: ['AAC002', 'SAB010', 'AAE044', 'AAE030', 'AAE031', 'AAC013'],
  AB01: ['AAB001', 'SAB010', 'AAB004', 'AAB051', 'AAE003', 'SAB120', 'SAB121', 'SAB130'],
};
